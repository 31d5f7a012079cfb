/**
 * Recorded editing histories (josephg/editing-traces, CC BY 4.0) as Yjs updates: what each author's client would have
 * sent. Made offline, so that only the server and the sockets are under the clock.
 */

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import * as Y from 'yjs'

/**
 * @typedef {object} Edit
 * @property {number} agent
 * @property {Uint8Array} update
 * @property {Map<number, number>} after  what its author had seen of the others by then
 * @property {number} clock               its author's own clock with it
 */

/** @returns {any} null when there is no such file */
export function readTrace(directory, name) {
  const path = join(directory, `${name}.json.gz`)
  return existsSync(path) ? JSON.parse(gunzipSync(readFileSync(path)).toString('utf8')) : null
}

/** A Yjs client id for each agent of a trace. */
export const clientOf = agent => agent + 1

/** One author: `group` edits of the trace make one update. */
export function sequential({ txns }, group, most = txns.length) {
  const doc = new Y.Doc()
  doc.clientID = clientOf(0)
  const text = doc.getText('text')
  const write = patcher(text)
  const edits = []
  doc.on('update', update => {
    edits.push({ agent: 0, update, after: new Map(), clock: Y.getState(doc.store, doc.clientID) })
  })
  for (let at = 0; at < most; at += group)
    doc.transact(() => {
      for (const { patches } of txns.slice(at, Math.min(at + group, most))) write(patches)
    })
  return { agents: 1, edits, endContent: text.toString() }
}

/**
 * Several authors at once. A transaction's positions refer to the document after merging its `parents`, no less and no
 * more: each agent's document takes exactly the transactions its next one builds on.
 */
export function concurrent({ txns, numAgents }, most = txns.length) {
  const edits = []
  const agents = Array.from({ length: numAgents }, (_, agent) => {
    const doc = new Y.Doc()
    doc.clientID = clientOf(agent)
    const text = doc.getText('text')
    const own = []
    doc.on('update', (update, _origin, _doc, transaction) => transaction.local && own.push(update))
    return { doc, text, write: patcher(text), own, known: new Uint8Array(txns.length), last: null }
  })

  for (let index = 0; index < most; index++) {
    const { agent, parents, patches } = txns[index]
    const author = agents[agent]
    const { doc, known } = author
    const missing = []
    for (const stack = [...parents]; stack.length > 0; ) {
      const one = stack.pop()
      if (known[one]) continue
      known[one] = 1
      missing.push(one)
      stack.push(...txns[one].parents)
    }
    for (const one of missing.sort((a, b) => a - b)) Y.applyUpdate(doc, edits[one].update)
    // All that the author knew before is below its own last transaction.
    if (author.last !== null && !builtOn(txns, parents, author.last))
      throw new Error(`Transaction ${index}: its author already knew more than its parents.`)

    const after = new Map()
    for (let other = 0; other < numAgents; other++)
      if (other !== agent) after.set(clientOf(other), Y.getState(doc.store, clientOf(other)))
    doc.transact(() => author.write(patches))
    if (author.own.length !== 1) throw new Error(`Transaction ${index} made ${author.own.length} updates.`)
    edits.push({ agent, update: author.own.pop(), after, clock: Y.getState(doc.store, doc.clientID) })
    known[index] = 1
    author.last = index
  }

  const whole = new Y.Doc()
  for (const { update } of edits) Y.applyUpdate(whole, update)
  return { agents: numAgents, edits, endContent: whole.getText('text').toString() }
}

/** Whether `ancestor` is one of `parents` or below them. Parents always come earlier in the list. */
function builtOn(txns, parents, ancestor) {
  const seen = new Set()
  for (const stack = [...parents]; stack.length > 0; ) {
    const one = stack.pop()
    if (one === ancestor) return true
    if (one < ancestor || seen.has(one)) continue
    seen.add(one)
    stack.push(...txns[one].parents)
  }
  return false
}

/** Applies a trace's patches. Their positions count code points; Yjs counts UTF-16 units. */
function patcher(text) {
  let astral = false
  return patches => {
    for (const [position, deleted, inserted] of patches) {
      astral ||= /[\u{10000}-\u{10ffff}]/u.test(inserted)
      let from = position
      let length = deleted
      if (astral) {
        const points = [...text.toString()]
        from = points.slice(0, position).join('').length
        length = points.slice(position, position + deleted).join('').length
      }
      if (length > 0) text.delete(from, length)
      if (inserted !== '') text.insert(from, inserted)
    }
  }
}
