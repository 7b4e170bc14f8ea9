/** What processes held after so many answers. */
export interface Sample {
  answers: number;
  bytes: number;
}

/** More than this for each answer is no noise, bytes, when it is also more than `NOISE` in all. */
const EACH = 3 * 1024;
/** What a heap takes and gives back in some seconds, bytes. */
const NOISE = 12 * 1024 * 1024;

/** What processes hold in memory, bytes. */
export async function memoryOf(...pids: number[]): Promise<number> {
  const { stdout } = await new Deno.Command("ps", { args: ["-o", "rss=", "-p", pids.join()] })
    .output();
  const sizes = new TextDecoder().decode(stdout).trim().split(/\s+/).map(Number);
  if (sizes.length !== pids.length) throw new Error(`Not all of ${pids} live`);
  return sizes.reduce((sum, size) => sum + size * 1024, 0);
}

/** Whether memory went up with the answers, by the line that fits best: one peak makes no leak. */
export function grows(samples: Sample[]): boolean {
  const mean = (of: (sample: Sample) => number) =>
    samples.reduce((sum, sample) => sum + of(sample), 0) / samples.length;
  const [answers, bytes] = [mean((one) => one.answers), mean((one) => one.bytes)];
  const each = mean((one) => (one.answers - answers) * (one.bytes - bytes)) /
    mean((one) => (one.answers - answers) ** 2);
  return each > EACH && each * (samples.at(-1)!.answers - samples[0]!.answers) > NOISE;
}
