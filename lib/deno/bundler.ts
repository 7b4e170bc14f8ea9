import type { Assets } from "../ports/assets.ts";
import type { Bundler } from "../ports/bundler.ts";

/** The real bundler: see the port. */
export function denoBundler(assets: Assets, compiled: boolean): Bundler {
  let loaded: Promise<typeof import("./esbuild_package.ts")> | null = null;
  const load = () =>
    loaded ??= (async () => {
      const { useOwnEsbuild } = await import("./esbuild_binary.ts");
      await useOwnEsbuild(assets, compiled);
      return await import("./esbuild_package.ts");
    })();
  return {
    warm: () => load().then(({ initialize }) => initialize({})).catch(() => {}),
    build: async (options) => await (await load()).build(options),
    async repeat(options) {
      const context = await (await load()).context(options);
      return { build: () => context.rebuild(), close: () => context.dispose() };
    },
    async stop() {
      if (loaded === null) return;
      const running = loaded;
      loaded = null;
      await running.then(({ stop }) => stop(), () => {});
    },
  };
}
