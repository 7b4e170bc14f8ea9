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
import { ctx } from "edgespark";
import { auth } from "edgespark/http";
import { Hono } from "hono";
import { HTTPException } from "hono/http-exception";

const app = new Hono();

/** For whatever watches over this API. */
app.get("/api/public/health", (c) => c.json({ status: "ok", environment: ctx.environment }));

/** Who is calling. */
app.get("/api/me", (c) => {
  if (!auth.isAuthenticated()) throw new HTTPException(401, { message: "Sign in first" });
  const { id, email, name } = auth.user;
  return c.json({ id, email, name });
});

/** One form for every problem, and no inner words for the caller. */
app.onError((error, c) => {
  if (error instanceof HTTPException) return c.json({ error: error.message }, error.status);
  console.error(error);
  return c.json({ error: "Something went wrong" }, 500);
});

app.notFound((c) => c.json({ error: "There is no such route" }, 404));

export default app;
