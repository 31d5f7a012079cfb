import { examine, type Holdings } from './examiner.ts'

process.on('message', async ({ path, expected }: { path: string; expected: Holdings }) => {
  process.send?.(await examine(path, expected))
})
