/** The side that loads a server: clients on real sockets, what reached them, and how long that may take. */

import { setTimeout as sleep } from 'node:timers/promises'
import * as Y from 'yjs'
import { canPin } from '../servers/process.mjs'
import { dialects } from './dialects.mjs'
import { Decoder, Ledger } from './ledger.mjs'
import { Socket } from './socket.mjs'

const keepAliveMs = 20_000
/** How many sockets may be in the middle of opening, below every server's accept queue. */
const openingAtOnce = 100

/**
 * @typedef {object} On
 * @property {(author: number, from: number, to: number, receiver: Client) => void} [news]  clocks that are new to it
 * @property {(bytes: Buffer, receiver: Client) => void} [update]  the raw update, after its ledger took it
 */

export class Load {
  /** @param {import('../servers/process.mjs').ServerProcess} server */
  constructor(server) {
    this.server = server
    this.dialect = dialects[server.spec.dialect]
    this.decoder = new Decoder()
    /** @type {Set<Client>} */
    this.clients = new Set()
    /** Rejects when anything goes wrong that no one is waiting for at that moment. */
    this.trouble = new Promise((_, reject) => {
      this.fail = why => reject(new Error(why))
    })
    this.trouble.catch(() => {})
    server.onDeath = this.fail
  }

  /**
   * Waits, but not for ever, and not past a failure elsewhere.
   * @template T @param {number} ms @param {string} what @param {Promise<T>} promise @returns {Promise<T>}
   */
  async within(ms, what, promise) {
    let timer
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error(`${what}: not within ${ms / 1000} s`)), ms)
    })
    try {
      return await Promise.race([promise, this.trouble, late])
    } finally {
      clearTimeout(timer)
    }
  }

  /** Starts to connect; `client.synced` tells when the server has answered. @param {On} [on] */
  client(room, on) {
    const client = new Client(this, room, on)
    this.clients.add(client)
    return client
  }

  /** Opens many in good time. @param {string[]} rooms one entry for each client @param {On} [on] */
  async open(rooms, on) {
    const clients = []
    for (let at = 0; at < rooms.length; at += openingAtOnce) {
      const some = rooms.slice(at, at + openingAtOnce).map(room => this.client(room, on))
      clients.push(...some)
      await this.within(30_000, 'connecting', Promise.all(some.map(one => one.synced)))
    }
    return clients
  }

  closeAll() {
    for (const client of [...this.clients]) client.end()
  }

  /** Sends updates as fast as they come back to the same client, at most `window` ahead; then everything is with the server. */
  async upload(client, updates, window = 256) {
    const goal = new Map()
    let last = { client: 0, to: 0 }
    const after = updates.map(update => {
      this.decoder.learn(update)
      for (const range of this.decoder.ranges(Buffer.from(update))) {
        goal.set(range.client, range.to)
        last = range
      }
      return last
    })
    const arrived = index => (client.ledger.next.get(after[index].client) ?? 0) >= after[index].to
    let sent = 0
    let seen = 0
    await this.within(
      120_000,
      `uploading ${updates.length} updates`,
      new Promise(resolve => {
        const go = () => {
          while (seen < sent && arrived(seen)) seen++
          while (sent < updates.length && sent - seen < window) client.send(updates[sent++])
          if (seen < updates.length) return
          client.on.update = undefined
          resolve()
        }
        client.on.update = go
        go()
      }),
    )
    return goal
  }

  /**
   * What a newcomer gets.
   * @param {string} room @param {Map<number, number>} vector what it must have, at least
   * @param {(doc: Y.Doc) => boolean} [complete] when clocks do not say it all (deletions have none)
   */
  async newcomer(room, vector, complete = () => true) {
    const doc = new Y.Doc()
    const client = this.client(room, { update: bytes => Y.applyUpdate(doc, bytes) })
    await this.within(30_000, `a newcomer in ${room}`, client.synced)
    await this.until(30_000, `a newcomer's copy of ${room}`, () => client.ledger.has(vector) && complete(doc))
    client.end()
    return doc
  }

  /** For conditions that no event announces. Not for anything that is timed. */
  async until(ms, what, condition) {
    const deadline = Date.now() + ms
    while (!condition()) {
      if (Date.now() > deadline) throw new Error(`${what}: not within ${ms / 1000} s`)
      await Promise.race([sleep(10), this.trouble])
    }
  }
}

export class Client {
  /** @param {Load} load @param {string} room @param {On} [on] */
  constructor(load, room, on = {}) {
    this.load = load
    this.room = room
    this.on = { ...on }
    const { news } = on
    const onNews = news && ((author, from, to) => news(author, from, to, this))
    this.ledger = new Ledger()
    const { dialect } = load
    let setSynced
    this.synced = new Promise(resolve => {
      setSynced = resolve
    })
    const hello = dialect.hello(room)
    this.socket = new Socket(load.server.port, dialect.path(room), {
      open: () => {
        for (const frame of hello) this.socket.write(frame)
        if (hello.length === 0) setSynced()
      },
      message: payload => {
        const heard = dialect.read(payload)
        if (heard === null) return
        if (heard.kind === 'refused') return load.fail(`${load.server.name}, ${room}: ${heard.why}`)
        if (heard.kind === 'step1') return this.socket.write(dialect.answer(room))
        this.ledger.take(load.decoder.ranges(heard.bytes), onNews)
        this.on.update?.(heard.bytes, this)
        if (heard.kind === 'step2') setSynced()
      },
      close: why => {
        this.end()
        load.fail(`${load.server.name}, ${room}: ${why}`)
      },
    })
    const alive = dialect.keepAlive(room)
    if (alive !== null) this.timer = setInterval(() => this.socket.write(alive), keepAliveMs)
  }

  /** @param {Uint8Array} update */
  send(update) {
    this.socket.write(this.load.dialect.update(this.room, update))
  }

  /** @param {Buffer} frame from frames() */
  write(frame) {
    this.socket.write(frame)
  }

  /** Puts updates on the wire's terms before the clock runs. */
  frames(updates) {
    return updates.map(update => this.load.dialect.update(this.room, update))
  }

  end() {
    clearInterval(this.timer)
    this.load.clients.delete(this)
    this.socket.end()
  }
}

/** Wall time, server time and this process' share between two moments. */
export class Stopwatch {
  constructor(server) {
    this.server = server
    this.restart()
  }

  restart() {
    this.cpu = this.server.cpuMs()
    this.others = canPin ? this.server.othersMs() : 0
    this.own = process.cpuUsage()
    this.wall = performance.now()
  }

  read() {
    const wallMs = performance.now() - this.wall
    const { user, system } = process.cpuUsage(this.own)
    return {
      wallMs,
      cpuMs: this.server.cpuMs() - this.cpu,
      /** Near 1 means that this side was the limit, not the server. */
      loadBusy: (user + system) / 1_000 / wallMs,
      /** Above a few percent the machine was not free, and the numbers are not worth much. */
      othersBusy: canPin ? (this.server.othersMs() - this.others) / wallMs : Number.NaN,
    }
  }
}
