//! How bot frameworks connect: HTTP and WebSocket listeners.
