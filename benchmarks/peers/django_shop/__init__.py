"""Django with the REST framework: `ATOMIC_REQUESTS`, sessions in the database, generic serializers and views."""
