export { Client, Execution } from "./client.js";
export { Context } from "./context.js";
export * from "./errors.js";
export { Json } from "./json.js";
export { RetryPolicy } from "./retry.js";
export { Worker } from "./worker.js";
