"""What stands between HTTP and the use cases: exchange, problems, middleware, the OpenAPI document."""
