/** What we use of y-leveldb, whose own types its package.json does not lead to. */
declare module 'y-leveldb' {
  import type * as Y from 'yjs'

  export class LeveldbPersistence {
    constructor(directory: string)
    /** The clock of the stored update; null when writing failed. */
    storeUpdate(docName: string, update: Uint8Array): Promise<number | null>
    getYDoc(docName: string): Promise<Y.Doc>
    getAllDocNames(): Promise<string[]>
    setMeta(docName: string, key: string, value: unknown): Promise<void>
    getMeta(docName: string, key: string): Promise<unknown>
    flushDocument(docName: string): Promise<void>
    clearDocument(docName: string): Promise<void>
    destroy(): Promise<void>
  }
}
