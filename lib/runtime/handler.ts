import { errorAnswer, internalError, jsonAnswer, withHeaders } from "./answers.ts";
import { createAuthGate } from "./auth/gate.ts";
import { DEFAULT_AUTH } from "./auth/settings.ts";
import type { ExecutionContext } from "./app_module.ts";
import { type ClientAddress, clientAddress } from "./client_address.ts";
import { type RequestScope, runInScope } from "./context.ts";
import { preflightAnswer, shareWithOrigin } from "./cross_origin.ts";
import { createDatabase } from "./db.ts";
import type { Handler, LoadedDeployment, RuntimeHost } from "./host.ts";
import { judgeAppSql } from "./judge.ts";
import { errorRecord } from "./log.ts";
import { type PathKind, pathKind } from "./paths.ts";
import { plainRequest } from "./plain_request.ts";
import { DeploymentScope, type SharedScope } from "./request_scope.ts";
import { guardBinding } from "./sql_guard.ts";
import { storageAnswer } from "./storage/endpoint.ts";
import { createPresigner } from "./storage/presign.ts";
import { asksForWebSocket, isForeignPage } from "./web_socket_request.ts";

/** The response header and the field of log records that name a request. */
export const REQUEST_ID_HEADER = "x-edgespark-request-id";

/** Asked every few seconds by whoever watches the server, so it is not logged. */
const HEALTH = "/api/_es/health";

/** What pages of trusted origins may call. Presigned URLs of the storage have rules of their own. */
const OPEN_TO_ORIGINS: ReadonlySet<PathKind> = new Set(["login", "public", "webhook", "auth"]);

/**
 * The life of a request (contract section 1): who answers the path, who is signed in, the app in its
 * request's scope, the log.
 *
 * @param deployment null: nothing is deployed yet
 * @param notLoaded `deployment` is null because the one that should run does not load
 */
export function createHandler(
  host: RuntimeHost,
  deployment: LoadedDeployment | null,
  notLoaded = false,
): Handler {
  const auth = createAuthGate(host, deployment?.auth ?? DEFAULT_AUTH);
  const presigner = createPresigner(host.presignKey);
  const db = deployment
    ? createDatabase(
      guardBinding(host.db, judgeAppSql),
      deployment.module.schema,
      deployment.connect,
    )
    : {};
  const shared: SharedScope = { host, deployment, db, presigner };

  const answer = async (
    request: Request,
    pathname: string,
    client: ClientAddress,
    scope: RequestScope,
  ): Promise<Response> => {
    const kind = pathKind(pathname);
    if (OPEN_TO_ORIGINS.has(kind)) {
      const preflight = preflightAnswer(request, host.origins);
      if (preflight) return preflight;
    }
    switch (kind) {
      case "health":
        return jsonAnswer({ ok: true, deploymentId: deployment?.id ?? null });
      case "auth":
        return await auth.handle(request, client);
      case "storage":
        return await storageAnswer(request, presigner, host.objects, host.live().buckets);
      case "reserved":
        return errorAnswer(404, "NOT_FOUND", "There is nothing at this path");
      case "ambiguous":
        return errorAnswer(
          400,
          "BAD_PATH",
          "The path must not hide its meaning behind percent signs",
        );
      case "asset":
        return await deployment?.assets?.(request, pathname) ??
          errorAnswer(404, "NOT_FOUND", "There is nothing at this path");
    }
    if (!deployment) {
      return notLoaded
        ? errorAnswer(
          503,
          "DEPLOYMENT_NOT_LOADED",
          "The deployment does not load; the log says why",
        )
        : errorAnswer(503, "NOT_DEPLOYED", "Nothing is deployed yet");
    }
    const foreign = asksForWebSocket(request) && isForeignPage(request, host.origins);
    if (foreign && kind === "login") {
      return errorAnswer(
        403,
        "FOREIGN_ORIGIN",
        "A page of another origin may not open this socket",
      );
    }
    const found = kind === "webhook" || foreign ? null : auth.session(request.headers);
    const session = found && await found;
    if (kind === "login" && !session) {
      return errorAnswer(401, "UNAUTHENTICATED", "Sign in to use this address");
    }
    scope.user = session?.user ?? null;
    // Headers are copied first: the app may consume the request.
    const due = session?.refreshDue ? new Request(request.url, { headers: request.headers }) : null;
    const response = await deployment.module.app.fetch(request, {}, executionContext(scope));
    if (!(response instanceof Response)) throw new TypeError("The app did not return a Response");
    // Both the listener could only answer with an empty 500, after the log said otherwise.
    if (response.status === 0) throw new TypeError("The app returned `Response.error()`");
    if (response.bodyUsed) {
      throw new TypeError(
        "The app returned a Response whose body was read already; read `response.clone()` instead",
      );
    }
    if (!due) return response;
    const cookies = await auth.refresh(due, client);
    return withHeaders(response, (headers) => {
      for (const cookie of cookies) headers.append("set-cookie", cookie);
    });
  };

  return (incoming, ip) => {
    const start = performance.now();
    const { request, path } = plainRequest(incoming);
    const client = clientAddress(request.headers, request.url, ip);
    const requestId = newRequestId();
    const open = path === HEALTH
      ? null
      : { incoming, requestId, method: request.method, path, start, watched: false };
    if (open) host.open.add(open);
    const scope = new DeploymentScope(shared, requestId, client);
    const finish = (response: Response) => {
      if (open) host.open.close(open, response.status);
      return withHeaders(response, (headers) => {
        headers.set(REQUEST_ID_HEADER, requestId);
        if (host.origins.length > 0 && OPEN_TO_ORIGINS.has(pathKind(path))) {
          shareWithOrigin(request, headers, host.origins);
        }
      });
    };
    const fail = (error: unknown) => {
      if (open && brokeOff(error, path)) {
        host.open.gone(open);
        return internalError();
      }
      host.log(errorRecord("The request failed", error));
      return finish(internalError());
    };
    // No more promises than it takes: five of them cost a request nearly as much as reading a row.
    return runInScope(scope, () => answer(request, path, client, scope).then(finish, fail));
  };
}

/** An upload that its client did not finish; an app that reads a body itself gets the error itself. */
function brokeOff(error: unknown, path: string): boolean {
  return error instanceof Error && error.name === "BadResource" && pathKind(path) === "storage";
}

function executionContext(scope: RequestScope): ExecutionContext {
  return {
    waitUntil: (promise) => scope.background(promise),
    passThroughOnException: () => {},
    props: {},
  };
}

/** The last two digits of request ids; those before them are drawn once for all of these. */
const ENDS = Array.from({ length: 256 }, (_, index) => index.toString(16).padStart(2, "0"));
let drawn = "";
let next = ENDS.length;

/** 16 hexadecimal digits. */
function newRequestId(): string {
  if (next === ENDS.length) {
    next = 0;
    const bytes = crypto.getRandomValues(new Uint8Array(7));
    drawn = Array.from(bytes, (byte) => ENDS[byte]).join("");
  }
  return drawn + ENDS[next++];
}
