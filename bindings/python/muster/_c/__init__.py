"""The C core, one module a subject: handles and arrays in, handles and arrays out. The package `muster` is made of it."""
