import { IDBFactory } from 'fake-indexeddb'
import * as Y from 'yjs'
import { type ConnectOptions, connect, type Harbor, type Room } from '../../client/index.ts'
import type { Limits } from '../../server/limits.ts'
import { NativeNetwork } from '../support/native-network.ts'
import { Stage } from '../support/stage.ts'

/** Browsers on a network and a server of the test's own. Each browser has a storage that outlives its pages. */
export class ClientStage {
  readonly stage: Stage
  readonly network: NativeNetwork
  readonly #harbors: Harbor[] = []

  private constructor(stage: Stage) {
    this.stage = stage
    this.network = new NativeNetwork(stage)
    globalThis.indexedDB = new IDBFactory()
  }

  static async set(limits: Partial<Limits> = {}): Promise<ClientStage> {
    return new ClientStage(await Stage.set(limits))
  }

  /** A page of that browser. */
  page(browser: string, options: ConnectOptions = {}): Harbor {
    const harbor = connect('ws://harbor.test', {
      WebSocket: this.network.WebSocket,
      storage: { name: browser },
      clock: this.stage.clock,
      random: () => 0.5,
      ...options,
    })
    this.#harbors.push(harbor)
    return harbor
  }

  /** Somebody without a past: everything they see comes from the server. */
  async reader(name = 'room'): Promise<Room> {
    const room = this.page('', { storage: false }).room(name)
    await this.network.until('the reader has everything', () => room.synced)
    return room
  }

  until(what: string, holds: () => boolean): Promise<void> {
    return this.network.until(what, holds)
  }

  /** Long enough for whatever would happen to have happened. */
  async rest(rounds = 20): Promise<void> {
    for (let i = 0; i < rounds; i++) {
      await this.network.pass()
      this.stage.clock.advance(20)
    }
  }

  dispose(): void {
    for (const harbor of this.#harbors) harbor.destroy()
  }
}

export function write(room: Room, words: string): void {
  const text = room.doc.getText('text')
  text.insert(text.length, words)
}

export function read(room: Room | Y.Doc): string {
  return (room instanceof Y.Doc ? room : room.doc).getText('text').toString()
}
