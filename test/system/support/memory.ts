import { readFileSync } from 'node:fs'

const TICKS_PER_SECOND = 100

/** Resident memory of a process in kB, from /proc. */
export function residentKb(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? Number.NaN)
}

/** The same of a process and everything that it started, now: a child that has ended is not in it. */
export function cpuSecondsOfAll(pid: number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .trim()
    .split(' ')
    .filter(Boolean)
    .map(Number)
  return children.reduce((sum, child) => sum + cpuSecondsOfAll(child), cpuSeconds(pid))
}

/** Seconds of user and system time of a process and its threads, from /proc. */
export function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND
}

export interface Sample {
  readonly minute: number
  readonly kb: number
}

/** kB per minute: the line through the samples with the least squares. */
export function slopeOf(samples: readonly Sample[]): number {
  const mean = (pick: (sample: Sample) => number): number =>
    samples.reduce((sum, sample) => sum + pick(sample), 0) / samples.length
  const [minute, kb] = [mean((sample) => sample.minute), mean((sample) => sample.kb)]
  const rise = samples.reduce((sum, sample) => sum + (sample.minute - minute) * (sample.kb - kb), 0)
  const run = samples.reduce((sum, sample) => sum + (sample.minute - minute) ** 2, 0)
  return rise / run
}
