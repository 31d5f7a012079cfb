/** The questions, in the order in which they are asked. */

import * as fanout from './fanout.mjs'
import * as firstSync from './first-sync.mjs'
import * as join from './join.mjs'
import * as keystroke from './keystroke.mjs'
import * as longLived from './long-lived.mjs'
import * as memory from './memory.mjs'
import * as replay from './replay.mjs'
import * as size from './size.mjs'
import * as throughput from './throughput.mjs'

/**
 * @typedef {object} Measure
 * @property {string} key     its name in the results file
 * @property {string} label   its column
 * @property {'more' | 'less'} [better]  absent: for information, no ratio is made of it
 * @property {number} digits
 *
 * @typedef {object} Target   `against` absent: the number itself, not a ratio
 * @property {string} measure
 * @property {string} [against]
 * @property {number} [atLeast]
 * @property {number} [atMost]
 *
 * @typedef {object} Question
 * @property {(options: {quick: boolean}) => string} title
 * @property {number} boundMs  no answer by then is no answer
 * @property {Measure[]} measures
 * @property {Target[]} targets
 * @property {typeof import('../providers/providers.mjs').pairs} [rows]  who is asked; absent: every server, by raw sockets
 * @property {(row: any) => string | null} asks  why a row, a server or a pair, cannot be asked
 * @property {(at: {server: import('../servers/process.mjs').ServerProcess, provider?: string, quick: boolean,
 *   traces: string}) => Promise<Record<string, number>>} ask
 */

/** @type {Record<string, Question>} */
export const questions = {
  throughput,
  fanout,
  join,
  memory,
  'long-lived': longLived,
  replay,
  size,
  keystroke,
  'first-sync': firstSync,
}
