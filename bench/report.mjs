/** From single answers to medians, ratios and a table that people can read. */

import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { cpus, loadavg, totalmem } from 'node:os'
import { providers } from './providers/providers.mjs'
import { canPin, loadCore, serverCore } from './servers/process.mjs'
import { servers } from './servers/servers.mjs'

/** The row whose ratios are printed: the server, or with its own client library. */
const subject = 'y-harbor'

/** @param {string} directory where the servers keep their data */
export function machine(directory) {
  return {
    date: new Date().toISOString(),
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    kernel: readFileSync('/proc/sys/kernel/osrelease', 'utf8').trim(),
    node: process.version,
    filesystem: execFileSync('stat', ['-f', '-c', '%T', directory], { encoding: 'utf8' }).trim(),
    loadAverage: Number(loadavg()[0].toFixed(2)),
    pinned: canPin,
  }
}

/** @param {string[]} names servers  @param {string[]} libraries of clients */
export function heading(about, names, libraries, runs) {
  const pins = about.pinned
    ? `server on core ${serverCore}, load on core ${loadCore}`
    : 'not pinned: taskset or a second core is missing, so load and server disturb each other'
  return [
    `${about.cpu}, ${about.cores} cores, ${about.memoryGb} GB, Linux ${about.kernel}, Node ${about.node}, load average ${about.loadAverage}`,
    `${about.date}; ${pins}; data on ${about.filesystem}; medians of ${runs}`,
    '',
    ...names.map(name => `  ${name.padEnd(12)} ${servers[name].version().padEnd(8)} ${servers[name].about}`),
    ...libraries.map(name => `  ${name.padEnd(12)} ${providers[name].version().padEnd(8)} ${providers[name].about}`),
  ].join('\n')
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/**
 * @param {import('./questions/questions.mjs').Question} question
 * @param {Record<string, {runs: Record<string, number>[], errors: string[], notAsked: string | null}>} answers by row
 */
export function summarise(question, answers) {
  const medians = {}
  for (const [name, { runs }] of Object.entries(answers)) {
    if (runs.length === 0) continue
    const keys = Object.keys(runs[0])
    medians[name] = Object.fromEntries(keys.map(key => [key, median(runs.map(run => run[key]))]))
  }
  return { medians, targets: question.targets.map(target => judge(question, target, medians)) }
}

function judge(question, target, medians) {
  const { measure, against, atLeast, atMost } = target
  const own = medians[subject]?.[measure]
  const other = against === undefined ? 1 : medians[against]?.[measure]
  const { label } = question.measures.find(one => one.key === measure)
  const wanted = atLeast === undefined ? `at most ${short(atMost)}` : `at least ${short(atLeast)}`
  const text = `${label}: ${wanted}${against === undefined ? '' : ` x ${against}`}`
  if (own === undefined || other === undefined) return { text, value: null, verdict: 'not measured' }
  const value = own / other
  const met = atLeast === undefined ? value <= atMost : value >= atLeast
  return { text, value, verdict: met ? 'met' : 'MISSED' }
}

/** Two to four significant digits. */
function short(number) {
  if (number >= 100) return number.toFixed(0)
  return Number(number.toPrecision(3)).toString()
}

export function table(name, title, question, answers, { medians, targets }) {
  const compared = question.measures.filter(one => one.better)
  const head = ['', ...question.measures.map(one => one.label)]
  const rows = Object.entries(answers).map(([row, { errors, notAsked, runs }]) => {
    if (notAsked !== null) return [row, `not asked: ${notAsked}`]
    if (runs.length === 0) return [row, `no answer: ${firstLine(errors[0])}`]
    const cells = question.measures.map(({ key, digits }) => medians[row][key]?.toFixed(digits) ?? '-')
    return [row, ...cells]
  })
  const ratios = Object.keys(medians)
    .filter(row => row !== subject && medians[subject])
    .map(row => [
      `${subject} : ${row}`,
      ...question.measures.map(one => {
        const ratio = medians[subject][one.key] / medians[row][one.key]
        return compared.includes(one) && Number.isFinite(ratio) ? `${short(ratio)} x` : ''
      }),
    ])
  const failures = Object.entries(answers).flatMap(([row, { errors, runs }]) =>
    errors.length === 0 || runs.length === 0
      ? []
      : [`  ${row}: ${errors.length} run(s) failed: ${firstLine(errors[0])}`],
  )
  return [
    `${name}: ${title}`,
    '',
    ...columns([head, ...rows, ...ratios]),
    ...failures,
    ...(targets.length === 0 ? [] : ['']),
    ...targets.map(
      ({ text, value, verdict }) => `  target ${text}${value === null ? '' : ` (is ${short(value)})`}: ${verdict}`,
    ),
  ].join('\n')
}

function firstLine(text = '') {
  return text.split('\n').slice(0, 3).join(' | ')
}

function columns(rows) {
  const aligned = rows.filter(row => row.length !== 2 || rows[0].length === 2)
  const widths = rows[0].map((_, index) => Math.max(...aligned.map(row => (row[index] ?? '').length)))
  return rows.map(row =>
    `  ${row.map((cell, index) => (index === 0 ? cell.padEnd(widths[0]) : cell.padStart(aligned.includes(row) ? widths[index] : 0))).join('  ')}`.trimEnd(),
  )
}
