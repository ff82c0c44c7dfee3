"""What a letter sent alone is measured against: a handler that reads it and answers the same bytes."""

import os
from typing import Any

import uvicorn
from litestar import Litestar, Request, Response, post

ANSWER = (
    b'{"id":"019ab01c-64a0-7b6e-9c5a-0f3d5d3a7c11","thread_id":"019ab01c-64a0-7e21-b7d4-4a1f6c0e9d52",'
    b'"status":"delivered","delivered_at":"2026-11-23T08:30:00Z"}'
)


@post("/api/v1/messages")
async def create_message(request: Request[Any, Any, Any]) -> Response[bytes]:
    await request.body()
    return Response(ANSWER, status_code=201, media_type="application/json")


if __name__ == "__main__":
    app = Litestar([create_message], openapi_config=None, logging_config=None)
    uvicorn.run(app, host="127.0.0.1", port=int(os.environ["LARKPOST_PORT"]), log_level="warning")
