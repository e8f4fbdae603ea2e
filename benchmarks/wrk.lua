-- Sends the requests of a job: its file has the openings, one line each, an empty line, and the bodies, one line each.
local openings, bodies, number = {}, {}, 0

function init(arguments)
  local into = openings
  for line in io.lines(arguments[1]) do
    if line == "" then into = bodies else into[#into + 1] = line:gsub("\\r\\n", "\r\n") end
  end
end

function request()
  local opening = openings[number % #openings + 1]
  local body = bodies[number % math.max(1, #bodies) + 1]
  number = number + 1
  if body == nil then return opening end
  return opening .. string.format('%d"\r\n\r\n', number) .. body
end

function done(summary, latency)
  local failed = summary.errors
  io.write(string.format(
    '\n{"answered": %d, "refused": %d, "broken": %d, "microseconds": %d, "p50": %.3f, "p99": %.3f}\n',
    summary.requests, failed.status, failed.connect + failed.read + failed.write + failed.timeout, summary.duration,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
