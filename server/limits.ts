/** Every bound on what comes from the wire and on what waits to go out: the one table. Sizes in bytes, times in ms. */
export const limits = {
  /** One update made while connected. */
  updateBytes: 4 * 1024 * 1024,
  /** An update above this is taken a slice at a time, and while that lasts its connection is not read. */
  updateAtOnceBytes: 64 * 1024,
  /** A whole document, and so the largest answer to a step 1: it holds all the work done offline. */
  roomBytes: 64 * 1024 * 1024,
  /** Names of root types in a room, of which every reader keeps each for good. */
  rootTypes: 10_000,
  /**
   * Client ids in a room, and so in one update. Whoever writes has a new one with every page load; each costs every reader for
   * good, some hundred bytes here, and two numbers in every state vector.
   */
  roomClients: 100_000,
  /**
   * Ranges of deletions in an update, beyond those of its room: a paper of 260,000 edits has 2,639, and whoever comes back says
   * all of them.
   */
  updateRanges: 200_000,
  /**
   * Sockets of the server's own port, whatever they speak; how long one may take over the headers of a request, and over all of
   * it. An upload that takes longer goes on from where it was.
   */
  sockets: 50_000,
  headersMs: 10_000,
  requestMs: 5 * 60_000,
  /** Connections from one address, and a fourth of the sockets that are taken from it; behind a proxy, see the trusted ones. */
  connectionsPerAddress: 1_000,
  /** Sessions of one authenticated user. */
  sessionsPerUser: 1_000,
  /** The application decides on a token within so long; after that the client is told to come back. */
  authenticateMs: 10_000,
  /** A connection that is in no room for so long is closed, whether it waits to be let in or does not ask. */
  aloneMs: 30_000,
  /**
   * What one connection may say a second, and at once before that counts. It is not read for as long as it says more:
   * nothing is lost, and nobody is put out.
   */
  messagesPerSecond: 2_000,
  messagesBurst: 50_000,
  bytesPerSecond: 16 * 1024 * 1024,
  bytesBurst: 128 * 1024 * 1024,
  /** Signals go to everybody: whoever says more of them is put out of the room for a while. */
  signalsPerSecond: 50,
  signalsBurst: 500,

  /**
   * Rooms that one connection may be in; and bytes that may come from it before it is in any, of whatever. That is also what may
   * be kept of what it says in rooms that it is not in, and of all its tokens.
   */
  roomsPerConnection: 200,
  openBytes: 4 * 1024 * 1024,
  /** Rooms that the program around the server edits and that are remembered for it. */
  serverRooms: 1_000,
  /** Clients that a state vector may name beyond those of the room: far more than an honest one has written under elsewhere. */
  stateVectorEntries: 200_000,
  /** Somebody in whose name others write is asked for their own copy so often at most. */
  askMs: 1_000,
  /** Clients whose parts a session may be waiting for; beyond it the rest is asked for at the next connection. */
  heldClients: 256,
  /**
   * Messages that a client says in a room before it is let in; and where clients count, updates that wait for something that is
   * not here. Each becomes a word of its own later; whoever has more comes back, and is asked for everything at once.
   */
  heldUpdates: 10_000,

  /** Entries of presence a room keeps, and how many of them one user, and one session, may have brought. */
  presenceEntries: 2_000,
  presenceEntriesPerUser: 500,
  presenceEntriesPerSession: 64,
  /** JSON text of one entry, of all that one session has brought, and of all in a room. */
  presenceBytes: 16 * 1024,
  presenceBytesPerSession: 64 * 1024,
  presenceRoomBytes: 2 * 1024 * 1024,
  /** The largest clock of an entry: later than any time in milliseconds, far below what breaks arithmetic. */
  presenceClock: 2 ** 46,
  /** An entry that was not renewed for so long goes; stock clients renew every 15 s. */
  presenceMs: 40_000,

  /** What may wait for one socket before it is treated as behind and gets one answer later instead. */
  sendQueueBytes: 2 * 1024 * 1024,
  /** Parts of an answer are written while less than this waits for the socket. */
  answerQueueBytes: 512 * 1024,

  /** Something is said on a quiet connection this often: stock clients give up after 30 s of silence. */
  heartbeatMs: 20_000,
  /** A peer that was not heard of for so long, although it was pinged, or that took nothing of what waits for it, is gone. */
  pongMs: 60_000,
  /** A client is asked for a fresh token so long before its grant ends. */
  renewMs: 60_000,
  /** Clients of a server that stops are asked to come back after a random part of this. */
  drainMs: 5_000,
  /** How often the two above are looked at, and idle rooms and presence with them. */
  sweepMs: 5_000,

  /** Rooms in memory. Beyond them, one that nobody is in gives way; when all are in use, clients come back later. */
  roomsInMemory: 10_000,
  /** Rooms read from disk at a time: what is read of one takes several times its size until it is open. */
  openingRooms: 4,
  /** A room without connections stays in memory for so long. */
  idleRoomMs: 30_000,
  /** The longest a busy room rests between a fan-out and its next commit. */
  longestRestMs: 50,
  /** A room is compacted when what its tail weighs exceeds its base and this. */
  compactBytes: 64 * 1024,
  /** A room that nobody wrote to for so long is compacted when its tail has this many records: it then opens faster. */
  quietMs: 5_000,
  quietRecords: 64,
  /** Work on one document in the worker that takes longer is given up. */
  workerMs: 120_000,
  /** What one room hands to the store at a time, and what goes out as one message. */
  batchBytes: 1024 * 1024,
  messageBytes: 256 * 1024,

  /** One attached file. */
  fileBytes: 100 * 1024 * 1024,
  /** All attached files, each counted with 8 KB at least; and what of the disk is left free for documents. */
  filesBytes: 10 * 1024 * 1024 * 1024,
  filesFreeBytes: 256 * 1024 * 1024,
  /** Uploads that one user, or one address where users are not known, has begun and not finished. */
  uploadsOpen: 50,
  /** An upload that is not finished so long after it was begun is forgotten. */
  uploadMs: 24 * 60 * 60_000,

  /**
   * What one request of a search may read, answer with and take; it then says where to go on. A room is read to its end, and a
   * value that is larger than an answer is left out of it.
   */
  searchBytes: 32 * 1024 * 1024,
  searchHits: 200,
  searchAnswerBytes: 1024 * 1024,
  searchMs: 1_000,
  /** Searches at once, in all and of one address, which may be that of a whole office; and those that wait for their turn. */
  searchesAtOnce: 8,
  searchesPerAddress: 4,
  searchesWaiting: 256,
  searchesWaitingPerAddress: 32,
} as const

export type Limits = { readonly [name in keyof typeof limits]: number }

/** Of tokens, and of the keys they are checked with. */
export const tokenLimits = {
  /** Characters of a token; in an address, what Node takes of headers (16 KB) is less. */
  length: 256 * 1024,
  /** Entries of the list of rooms in it. */
  rooms: 1_000,
  /** A set of keys, as JSON. */
  keysBytes: 1024 * 1024,
  /** Reading it anew may take so long, and happens once in so long at most, whoever asks for keys that are not there. */
  keysLoadMs: 5_000,
  keysCooldownMs: 10_000,
  /** After so long it is read anew, and after so long without success nobody is let in by it. */
  keysFreshMs: 10 * 60_000,
  keysStaleMs: 60 * 60_000,
} as const
