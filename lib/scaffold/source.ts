import { pathProblem } from "../archive/entry_path.ts";
import { Failure } from "../failure.ts";
import { suggest } from "../suggest.ts";
import { BUILT_INS, type BuiltIn } from "./templates.ts";

/** Where a template comes from. */
export type TemplateSource =
  | { kind: "built-in"; name: BuiltIn }
  /** A repository on GitHub, got as one archive; `ref` null is its default branch. */
  | { kind: "github"; owner: string; repo: string; dir: string | null; ref: string | null }
  /** A tar archive, got by HTTPS. */
  | { kind: "url"; url: string }
  /** Any git repository, got by the machine's git. */
  | { kind: "git"; url: string; dir: string | null; ref: string | null }
  /** A folder or an archive on this machine, as typed. */
  | { kind: "path"; path: string };

/** The public templates of EdgeSpark, each a folder of one repository (contract section 4.2). */
const OFFICIAL = "edgesparkhq/official-templates";
const OFFICIAL_NAMES = [
  ...["bounty-tasks", "flappy-bird-3d", "waitlist-admin", "login-aurora-split"],
  ...["login-editorial-center", "login-frosted-glass", "login-terminal-cli"],
];

/** The kinds of source in a line, for help and hints. */
export const SOURCES = `${
  BUILT_INS.join(", ")
}, github:owner/repo[/dir][#ref], an https:// or SSH address, or a path`;

const OWNER = /^[A-Za-z0-9][A-Za-z0-9_-]*$/;
const REPOSITORY = /^[A-Za-z0-9_.-]+$/;
const REF = /^[A-Za-z0-9_][A-Za-z0-9_./+@-]*$/;

/**
 * Reads what `--template` was given. Nothing is looked up: what a source is follows from how it is
 * written.
 *
 * @throws Failure TEMPLATE_SOURCE (usage), TEMPLATE_UNKNOWN (missing) for a name that is no built-in.
 */
export function parseSource(text: string | undefined): TemplateSource {
  const source = text?.trim() ?? "fullstack";
  if (source.startsWith("github:")) return github(source.slice("github:".length), source);
  if (/^(ssh|git\+ssh|git\+https|file):\/\//i.test(source)) return git(source);
  if (/^[A-Za-z0-9_.-]+@[A-Za-z0-9_.-]+:(?!\/\/)./.test(source)) return git(source);
  if (/^https?:\/\//i.test(source)) return address(source);
  if (/^[A-Za-z][A-Za-z0-9+.-]+:/.test(source)) throw bad(source, "its kind is not known");
  if (/[\\/]|^\.\.?$|\.(tgz|tar|tar\.gz)$/.test(source)) return { kind: "path", path: source };
  const name = BUILT_INS.find((known) => known === source);
  if (name) return { kind: "built-in", name };
  throw unknown(source);
}

/** `owner/repo[/dir][#ref]`. */
function github(text: string, source: string): TemplateSource {
  const [path, ref] = cut(text, "#");
  const [owner, repo, ...dir] = path.replace(/\/$/, "").split("/");
  if (!owner || !repo || !OWNER.test(owner) || !REPOSITORY.test(repo) || /^\.+$/.test(repo)) {
    throw bad(source, "it is written `github:owner/repo[/dir][#ref]`");
  }
  return {
    kind: "github",
    owner,
    repo: repo.replace(/\.git$/, ""),
    dir: checkedDir(dir.join("/"), source),
    ref: checkedRef(ref, source),
  };
}

/** `https://...`: a page of GitHub, a git repository by its `.git`, else an archive. */
function address(source: string): TemplateSource {
  const url = URL.canParse(source) ? new URL(source) : null;
  if (!url) throw bad(source, "it is no address");
  if (url.password) throw bad(source.replace(/\/\/.*@/, "//...@"), "it holds a password");
  if (url.protocol === "http:" && !isLoopback(url)) throw bad(source, "only HTTPS is used");
  const page = /^\/([^/]+)\/([^/]+?)(?:\.git)?(?:\/tree\/([^/]+)(?:\/(.+))?)?\/?$/
    .exec(url.pathname);
  if (url.host === "github.com" && page) {
    const [, owner, repo, ref, dir] = page;
    const tail = ref ?? url.hash.slice(1);
    return github(`${owner}/${repo}${dir ? `/${dir}` : ""}${tail ? `#${tail}` : ""}`, source);
  }
  return url.pathname.endsWith(".git") ? git(source) : { kind: "url", url: url.href };
}

/** `<address>[#ref[:dir]]`. */
function git(source: string): TemplateSource {
  const [plain, fragment] = cut(source, "#");
  const [ref, dir] = cut(fragment ?? "", ":");
  const url = plain.replace(/^git\+/, "");
  // What begins with a dash could be taken for an option by ssh or by git on the other side.
  const scp = /^[^@/]+@([^:/]+):\/?(.+)$/.exec(url);
  const { hostname: host, pathname } = scp
    ? { hostname: scp[1]!, pathname: scp[2]! }
    : URL.canParse(url)
    ? new URL(url)
    : { hostname: "-", pathname: "" };
  if (/^-/.test(host) || /^\/?-/.test(pathname) || !/^[\x21-\x7e]+$/.test(url)) {
    throw bad(source, "it is no address of a repository");
  }
  return {
    kind: "git",
    url,
    ref: checkedRef(ref || undefined, source),
    dir: checkedDir(dir ?? "", source),
  };
}

/** Whether an address is on this very machine. */
export function isLoopback(url: URL): boolean {
  return ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);
}

function cut(text: string, mark: string): [string, string | undefined] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + mark.length)];
}

function checkedRef(ref: string | undefined, source: string): string | null {
  if (ref === undefined || ref === "") return null;
  if (REF.test(ref) && !ref.includes("..") && !ref.includes("//")) return ref;
  throw bad(source, `\`${ref}\` is no branch, tag or commit`);
}

function checkedDir(dir: string, source: string): string | null {
  const path = dir.replace(/^\/+|\/+$/g, "");
  if (path === "") return null;
  const problem = pathProblem(path);
  if (problem === null) return path;
  throw bad(source, `\`${path}\` is no folder of it: ${problem}`);
}

function bad(source: string, reason: string): Failure {
  return new Failure(
    "usage",
    "TEMPLATE_SOURCE",
    `\`${source}\` cannot be used as a template: ${reason}`,
    { hint: `A template is one of: ${SOURCES}`, details: { template: source } },
  );
}

function unknown(name: string): Failure {
  const near = suggest(name, [...BUILT_INS, ...OFFICIAL_NAMES]);
  const write = OFFICIAL_NAMES.includes(name)
    ? `It is one of EdgeSpark's public templates: \`--template github:${OFFICIAL}/${name}\``
    : near
    ? `Did you mean \`--template ${
      OFFICIAL_NAMES.includes(near) ? `github:${OFFICIAL}/${near}` : near
    }\`?`
    : `Built in are ${BUILT_INS.map((known) => `\`${known}\``).join(" and ")}`;
  return new Failure("missing", "TEMPLATE_UNKNOWN", `There is no template \`${name}\``, {
    hint: `${write}; for a folder on this machine write \`--template ./${name}\``,
    details: { template: name, builtIn: BUILT_INS },
  });
}
