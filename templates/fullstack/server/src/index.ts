/**
 * The API of this app: one Hono app, made once and exported as default.
 *
 * What a path begins with decides who gets in, before any code here runs:
 *
 *   /api/...           signed-in users only; `auth.user` is always there
 *   /api/public/...    everybody; `auth.user` is null for visitors
 *   /api/webhooks/...  other services; no session is looked at, verify the caller yourself
 *
 * `db`, `storage`, `vars`, `secret`, `ctx` (from "edgespark") and `auth` (from "edgespark/http")
 * belong to one request: use them inside handlers, never at the top of a module.
 */
import { Hono } from "hono";

const app = new Hono()
  .get("/api/public/hello", (c) => c.json({ message: "Hello from {{PROJECT_NAME}}" }));

export default app;
