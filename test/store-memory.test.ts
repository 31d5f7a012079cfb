import { systemClock } from '../server/clock.ts'
import { MemoryStore } from '../server/store/memory.ts'
import { storeContract } from './contract/store.ts'

storeContract('MemoryStore', async () => {
  const store = new MemoryStore({ clock: systemClock })
  await store.open()
  return {
    store,
    restart: async () => {
      await store.close()
      await store.open()
      return store
    },
    dispose: () => store.close(),
  }
})
