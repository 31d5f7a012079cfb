import { readlinkSync } from 'node:fs'
import { setPriority } from 'node:os'
import { parentPort } from 'node:worker_threads'
import { adopt, compact, materialise } from './compact.ts'
import type { Job, JobResult } from './compactor.ts'
import { contentJson } from './content.ts'
import { unpack } from './pack.ts'

const NICE = 10

// On a machine with few cores a compaction must not hold up those who are writing. On Linux a thread has a priority of
// its own; elsewhere there is no such file, and it stays as it is.
try {
  setPriority(Number(readlinkSync('/proc/thread-self').split('/').at(-1)), NICE)
} catch {
  // Also where a sandbox forbids it.
}

const port = parentPort
if (port === null) throw new Error('compact.worker is started by WorkerCompactor only')

port.on('message', (job: Job) => {
  let result: JobResult
  try {
    result = { id: job.id, ok: true, value: run(job) }
  } catch (error) {
    result = { id: job.id, ok: false, why: error instanceof Error ? error.message : String(error) }
  }
  port.postMessage(result)
})

function run(job: Job): unknown {
  const updates = unpack(job)
  switch (job.kind) {
    case 'compact':
      return detached(compact(updates))
    case 'adopt':
      return detached(adopt(updates))
    case 'read':
      return contentJson(materialise(updates))
  }
}

/** A view is cloned with the whole buffer under it, so every array gets a buffer of its own. */
function detached<T extends { parts: Uint8Array[]; index: Uint8Array; aside?: Uint8Array | null }>(value: T): T {
  const copy = { ...value, parts: value.parts.map(own), index: own(value.index) }
  return value.aside instanceof Uint8Array ? { ...copy, aside: own(value.aside) } : copy
}

function own(bytes: Uint8Array): Uint8Array {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes : Uint8Array.from(bytes)
}
