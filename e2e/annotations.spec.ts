/** Editing, deleting and reacting, by two people of whom neither has a network: both end with the same. */

import { ChatPage } from './support/chat.ts'
import { Network } from './support/network.ts'
import { expect, test } from './support/test.ts'

test('both edit, delete and react offline, and both read the same in the end', async ({ server, browserOf }) => {
  const networks = { ada: await Network.before(server.port), lin: await Network.before(server.port) }
  const ada = await ChatPage.open(await browserOf(), networks.ada.origin, 'harbour', 'Ada')
  const lin = await ChatPage.open(await browserOf(), networks.lin.origin, 'harbour', 'Lin')
  await ada.write('the tide turns at four', 'a slip of the pen', 'who takes the watch')
  await lin.write('the boat is late')
  await expect(lin.message('who takes the watch')).toBeVisible()
  await expect(ada.message('the boat is late')).toBeVisible()

  for (const network of Object.values(networks)) network.become('cut')
  await expect(ada.banner).toContainText('Connection lost')
  await expect(lin.banner).toContainText('Connection lost')
  await ada.edit('the tide turns at four', 'the tide turns at five')
  await ada.remove('a slip of the pen')
  await ada.react('the boat is late')
  await lin.react('who takes the watch')
  await lin.react('a slip of the pen')
  await lin.edit('the boat is late', 'the boat is here')
  await lin.choose('the tide turns at four', 'Reply')
  await lin.write('then we leave at six')
  await expect(ada.message('the tide turns at five'), 'one sees what one did at once').toBeVisible()
  await expect(ada.markOf('the tide turns at five'), 'the server has other words').toHaveAccessibleName(
    'Waiting to be sent',
  )
  await expect(ada.message('This message was deleted.')).toBeVisible()
  await expect(lin.message('a slip of the pen'), 'the other does not know of it yet').toBeVisible()

  for (const network of Object.values(networks)) network.become('up')
  for (const chat of [ada, lin]) {
    await chat.isOnline()
    await expect(chat.message('the tide turns at five').first()).toContainText('edited')
    await expect(chat.message('the boat is here').locator('[aria-pressed]')).toContainText('1')
    await expect(chat.message('who takes the watch').locator('[aria-pressed]')).toContainText('1')
    await expect(chat.message('This message was deleted.')).toHaveCount(1)
    await expect(chat.message('a slip of the pen')).toHaveCount(0)
    await expect(chat.message('then we leave at six').locator('.message-quote')).toContainText('the tide turns at four')
    await expect(chat.waiting).toHaveCount(0)
  }
  await ada.message('the boat is here').hover()
  await ada.message('the boat is here').getByRole('button', { name: 'More' }).click()
  await expect(ada.page.getByRole('menuitem'), 'nobody is offered to change what others wrote').toHaveText([
    'Copy text',
  ])
  await ada.page.keyboard.press('Escape')

  await ada.message('the tide turns at five').first().getByRole('button', { name: 'edited' }).click()
  await expect(ada.page.getByRole('dialog').getByRole('listitem')).toHaveText([
    /as it reads now.*the tide turns at five/,
    /as it was sent.*the tide turns at four/,
  ])
  await ada.page.keyboard.press('Escape')
  await ada.page.reload()
  await expect(ada.message('the tide turns at five').first()).toBeVisible()
  await expect(ada.message('a slip of the pen')).toHaveCount(0)
  await ada.pictures('annotations')
})
