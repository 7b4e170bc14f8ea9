/** A process with a running app Worker: prints `{ uploadUrl, headers, downloadUrl }` and ends with its stdin. */
import { stop } from "esbuild";
import { inWorld } from "./world.ts";

await inWorld(async (world) => {
  const ask = async (path: string) => await (await world.get(`/api/public/presign/${path}`)).json();
  const put = await ask("put/huge.bin?seconds=3600");
  const get = await ask("get/huge.bin?seconds=3600");
  await stop();
  console.log(JSON.stringify({
    uploadUrl: put.uploadUrl,
    headers: put.requiredHeaders,
    downloadUrl: get.downloadUrl,
  }));
  for await (const _ of Deno.stdin.readable);
});
