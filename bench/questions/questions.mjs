/** The questions, in the order in which they are asked. */

import * as fanout from './fanout.mjs'
import * as join from './join.mjs'
import * as longLived from './long-lived.mjs'
import * as memory from './memory.mjs'
import * as replay from './replay.mjs'
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
 * @property {(server: import('../servers/servers.mjs').Server) => string | null} asks  why a server cannot be asked
 * @property {(at: {server: import('../servers/process.mjs').ServerProcess, quick: boolean, traces: string}) =>
 *   Promise<Record<string, number>>} ask
 */

/** @type {Record<string, Question>} */
export const questions = { throughput, fanout, join, memory, 'long-lived': longLived, replay }
