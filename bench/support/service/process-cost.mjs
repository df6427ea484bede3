// @ts-check
import { readdirSync, readFileSync } from 'node:fs';

/** Processor time that all threads of a process have used, milliseconds; what its ended threads used is left out. @param {number} pid */
export function cpuMsOf(pid) {
  let nanoseconds = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    try {
      nanoseconds += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]);
    } catch {
      // It ended between the two looks.
    }
  }
  return nanoseconds / 1e6;
}

/** Memory that a process holds in RAM, bytes. @param {number} pid */
export function residentBytesOf(pid) {
  const kibibytes = /^Rss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1];
  return Number(kibibytes) * 1024;
}
