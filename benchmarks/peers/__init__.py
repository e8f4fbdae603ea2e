"""The services a user might write instead, each as its own documentation would have it."""
