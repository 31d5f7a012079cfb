/** The documents and edits that are sent, made before any clock runs and the same for every server. */

import { createHash } from 'node:crypto'
import * as Y from 'yjs'

/** A small generator of numbers in [0, 1), so that every run sends the same bytes. (mulberry32) */
export function numbers(seed) {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** One update for each `edit` of a document; `edit` may change `doc.clientID` to write as somebody else. */
function record(edits, edit, clientId = 1) {
  const doc = new Y.Doc()
  doc.clientID = clientId
  const updates = []
  doc.on('update', update => updates.push(update))
  for (let index = 0; index < edits; index++) doc.transact(() => edit(doc, index))
  return { doc, updates }
}

const letters = 'etaoin shrdlu cmfwyp '

/** One person typing: every update is one letter at the end of a text. @returns {Uint8Array[]} */
export function typing(clientId, edits) {
  return record(edits, typeLetter, clientId).updates
}

/** One of them, as a transaction of its own. @param {Y.Doc} doc */
export function typeLetter(doc, index) {
  const text = doc.getText('text')
  text.insert(text.length, letters[index % letters.length])
}

/** A chat of plain objects in an array, a message an update, by eight people in turn. */
export function chat(messages) {
  const next = numbers(1)
  return record(messages, (doc, index) => {
    doc.clientID = 101 + Math.floor(next() * 8)
    const array = doc.getArray('messages')
    array.insert(array.length, [message(index, doc.clientID, next)])
  })
}

/** A chat of Y.Maps in an array, a message an update, by eight people in turn. */
export function chatOfMaps(messages) {
  const next = numbers(2)
  return record(messages, (doc, index) => {
    doc.clientID = 101 + Math.floor(next() * 8)
    const array = doc.getArray('messages')
    array.insert(array.length, [new Y.Map(Object.entries(message(index, doc.clientID, next, 55)))])
  })
}

/** The same chat over months: Yjs gives whoever comes back a new client id, so that few messages have the same one. */
export function longLivedChat(messages, visits) {
  const next = numbers(3)
  const newId = () => Math.floor(next() * 2 ** 32)
  const people = Array.from({ length: 8 }, newId)
  return record(messages, (doc, index) => {
    const person = Math.floor(next() * people.length)
    if (next() < visits / messages) people[person] = newId()
    doc.clientID = people[person]
    const array = doc.getArray('messages')
    array.insert(array.length, [message(index, 101 + person, next)])
  })
}

/** A text that many people touched once each and never came back to. */
export function manyPastClients(clients) {
  return record(clients, (doc, index) => {
    doc.clientID = 1_000_001 + index
    typeLetter(doc, index)
  })
}

const words = 'the boat comes in at nine so bring some rope and we can talk about harbour dues then thanks'.split(' ')

function message(index, author, next, letters = 70) {
  let text = words[Math.floor(next() * words.length)]
  while (text.length < letters) text += ` ${words[Math.floor(next() * words.length)]}`
  return { id: `m${index}`, author: `user-${author}`, time: 1_750_000_000_000 + index * 1_000, text }
}

/** The state vector of what these updates bring. @param {Uint8Array[]} updates */
export function docOf(updates) {
  const doc = new Y.Doc()
  for (const update of updates) Y.applyUpdate(doc, update)
  return doc
}

/** @param {Y.Doc} doc @returns {Map<number, number>} */
export function vectorOf(doc) {
  return Y.decodeStateVector(Y.encodeStateVector(doc))
}

/** The same for the same messages. @param {Y.Doc} doc */
export function digestOf(doc) {
  return createHash('sha256')
    .update(JSON.stringify(doc.getArray('messages').toJSON()))
    .digest('hex')
}

/** Throws unless both hold the same, down to who wrote how much. */
export function mustEqual(what, actual, expected) {
  const sorted = doc => JSON.stringify([...vectorOf(doc)].sort(([a], [b]) => a - b))
  if (sorted(actual) !== sorted(expected)) throw new Error(`${what}: the state vectors differ`)
  const content = doc =>
    JSON.stringify(
      [...doc.share.keys()]
        .sort()
        .map(name => (name === 'text' ? doc.getText(name).toString() : doc.getArray(name).toJSON())),
    )
  for (const name of expected.share.keys()) name === 'text' ? actual.getText(name) : actual.getArray(name)
  if (content(actual) !== content(expected)) throw new Error(`${what}: the contents differ`)
}
