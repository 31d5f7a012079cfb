import { storeContract } from './contract/store.ts'
import { StoreDirectory } from './support/store-directory.ts'

storeContract('LevelStore', async () => {
  const directory = new StoreDirectory()
  let store = directory.store()
  await store.open()
  return {
    store,
    restart: async () => {
      await store.close()
      store = directory.store()
      await store.open()
      return store
    },
    dispose: () => directory.remove(),
  }
})
