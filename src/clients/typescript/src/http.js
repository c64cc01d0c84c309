import http from "node:http";
import https from "node:https";
import { HttpFailure } from "./errors.js";

/** Requests to one base URL over connections that are used again. */
export class Http {
  constructor(baseUrl, headers = {}) {
    const url = new URL(baseUrl);
    if (url.protocol !== "http:" && url.protocol !== "https:") {
      throw new TypeError(`not an http(s) URL: ${baseUrl}`);
    }
    this.module = url.protocol === "https:" ? https : http;
    this.agent = new this.module.Agent({ keepAlive: true, scheduling: "lifo" });
    this.options = { protocol: url.protocol, hostname: url.hostname.replace(/^\[|\]$/g, ""), port: url.port, agent: this.agent };
    this.path = url.pathname.replace(/\/$/, "");
    this.headers = { accept: "application/json", ...headers };
  }

  /** Sends it and reads the whole answer; rejects with `HttpFailure` when there is none. */
  request(method, path, { body, headers, timeoutMs = 60_000, signal } = {}) {
    const data = body === undefined ? undefined : Buffer.from(body, "utf8");
    const attempt = (again) =>
      new Promise((resolve, reject) => {
        const sent = { ...this.headers, ...headers };
        if (data !== undefined) {
          sent["content-type"] = "application/json";
        }
        if (data !== undefined || method === "POST") {
          sent["content-length"] = data?.length ?? 0;
        }
        const request = this.module.request({ ...this.options, method, path: this.path + path, headers: sent, signal });
        const timer = setTimeout(() => request.destroy(new Error("no answer in time")), timeoutMs);
        const failed = (error) => {
          clearTimeout(timer);
          // The server may have closed an idle connection at the moment we used it; nothing of an answer came.
          if (again && request.reusedSocket && (error.code === "ECONNRESET" || error.code === "EPIPE")) {
            resolve(attempt(false));
          } else {
            reject(new HttpFailure(`${method} ${path}: ${error.message || error.code}`, { cause: error }));
          }
        };
        request.on("error", failed);
        request.on("response", (response) => {
          const chunks = [];
          response.on("data", (chunk) => chunks.push(chunk));
          response.on("error", failed);
          response.on("aborted", () => failed(new Error("the answer broke off")));
          response.on("end", () => {
            clearTimeout(timer);
            const text = chunks.length === 1 ? chunks[0].toString("utf8") : Buffer.concat(chunks).toString("utf8");
            resolve({ status: response.statusCode, headers: response.headers, text });
          });
        });
        request.end(data);
      });
    return attempt(true);
  }

  close() {
    this.agent.destroy();
  }
}

/** Milliseconds of a `Retry-After` header, a number or a date; undefined without one. */
export function retryAfterMs(answer) {
  const value = answer?.headers["retry-after"];
  if (!value) {
    return undefined;
  }
  const ms = /^\d+(\.\d+)?$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

/** Milliseconds before the next try: 50, growing to 2,000, with a random part. */
export function backoffMs(tries) {
  return Math.min(2000, 50 * 2 ** Math.min(tries, 10)) * (0.5 + Math.random() / 2);
}

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
