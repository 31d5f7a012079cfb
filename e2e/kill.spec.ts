/** The server dies in mid-conversation, more than once: what anybody has seen is there, each once, and nothing is lost. */

import { ChatPage } from './support/chat.ts'
import { expect, test } from './support/test.ts'

test('kill -9 in mid-conversation, three times', async ({ server, browserOf }) => {
  const ada = await ChatPage.open(await browserOf(), server.origin, 'harbour', 'Ada')
  const lin = await ChatPage.open(await browserOf(), server.origin, 'harbour', 'Lin')
  const written: string[] = []
  const say = async (chat: ChatPage, text: string) => {
    written.push(text)
    await chat.write(text)
  }

  for (let round = 1; round <= 3; round++) {
    for (let i = 1; i <= 4; i++) await Promise.all([say(ada, `Ada ${round}.${i}`), say(lin, `Lin ${round}.${i}`)])
    const dying = server.kill()
    await Promise.all([say(ada, `Ada ${round}, as it dies`), say(lin, `Lin ${round}, as it dies`)])
    await dying
    await expect(ada.banner).toContainText('Everything you write is kept here and will be sent.')
    await say(lin, `Lin ${round}, without it`)
    await server.start()
    await Promise.all([ada.isOnline(), lin.isOnline()])
  }
  for (const chat of [ada, lin]) await expect(chat.waiting).toHaveCount(0)

  const newcomer = await ChatPage.open(await browserOf(), server.origin, 'harbour', 'Max')
  await expect(newcomer.message('Lin 3, without it')).toBeVisible()
  const logs = await Promise.all([ada, lin, newcomer].map(chat => chat.all()))
  expect(logs[0]).toEqual(logs[1])
  expect(logs[2]).toEqual(logs[0])
  expect(logs[0]?.map(({ text }) => text).sort()).toEqual(written.sort())
  await ada.pictures('after-kill')
})
