import type { FileProblemCode } from '../uploads/index.ts'
import { words } from '../words/words.ts'

/** Why a file cannot be sent or had, as a sentence with what to do. */
export function fileProblem(code: FileProblemCode): string {
  const known: Readonly<Record<string, string>> = words.files.problem
  return (Object.hasOwn(known, code) ? known[code] : undefined) ?? words.files.problem.other
}
