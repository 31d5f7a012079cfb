/** Two people arrange one board at once, also without a network: both end with the same, and no card is lost or doubled. */

import { expectAccessible } from './support/accessible.ts'
import { BoardPage } from './support/board.ts'
import { losses } from './support/loss.ts'
import { Network } from './support/network.ts'
import { expect, test } from './support/test.ts'

test('two arrange a board by pointer and by keyboard, and each sees what the other does', async ({
  server,
  browserOf,
}) => {
  const ada = await BoardPage.make(await browserOf(), server.origin, 'Harbour works', 'Ada')
  await ada.board.getByRole('button', { name: 'Begin with three columns' }).click()
  const lin = await BoardPage.open(await browserOf(), server.origin + ada.path, 'Lin')
  const bothHave = async (...columns: string[]) => {
    for (const one of [ada, lin]) await one.isArranged(...columns)
  }
  await bothHave('To do', 'Doing', 'Done')
  await Promise.all([ada.add('To do', 'Paint the pier', 'Mend the nets'), lin.add('Doing', 'Check the buoys')])
  await bothHave('To do | Paint the pier | Mend the nets', 'Doing | Check the buoys', 'Done')

  await ada.card('Paint the pier').dragTo(ada.card('Check the buoys'), { targetPosition: { x: 20, y: 2 } })
  await bothHave('To do | Mend the nets', 'Doing | Paint the pier | Check the buoys', 'Done')
  await lin.card('Check the buoys').dragTo(lin.column('Done'))
  await bothHave('To do | Mend the nets', 'Doing | Paint the pier', 'Done | Check the buoys')

  await lin.card('Mend the nets').press('Alt+ArrowRight')
  await expect(lin.said).toHaveText('Moved “Mend the nets” to Doing, 1 of 2.')
  await expect(lin.card('Mend the nets')).toBeFocused()
  await lin.card('Mend the nets').press('Alt+ArrowDown')
  await expect(lin.said).toHaveText('Moved “Mend the nets” to Doing, 2 of 2.')
  await bothHave('To do', 'Doing | Paint the pier | Mend the nets', 'Done | Check the buoys')

  await ada.choose('Mend the nets', 'Delete card')
  await bothHave('To do', 'Doing | Paint the pier', 'Done | Check the buoys')
  await lin.board.getByRole('checkbox', { name: 'Done: Check the buoys' }).click()
  await expect(ada.board.getByRole('checkbox', { name: 'Done: Check the buoys' })).toBeChecked()
  await ada.page.locator('.board-deleted').getByRole('button', { name: 'Undo' }).click()
  await bothHave('To do', 'Doing | Paint the pier | Mend the nets', 'Done | Check the buoys')
  await expect(ada.card('Mend the nets')).toBeFocused()

  const undo = ada.page.getByRole('button', { name: 'Undo', exact: true })
  await undo.click()
  await bothHave('To do | Paint the pier', 'Doing | Mend the nets', 'Done | Check the buoys')
  await expect(lin.board.getByRole('checkbox', { name: 'Done: Check the buoys' }), 'is of Lin').toBeChecked()
  await ada.page.getByRole('button', { name: 'Redo', exact: true }).click()
  await bothHave('To do', 'Doing | Paint the pier | Mend the nets', 'Done | Check the buoys')
})

for (const [name, lose] of Object.entries(losses)) {
  test(`two arrange the same cards, one of them ${name}, and both end with the same`, async ({ server, browserOf }) => {
    const network = await Network.before(server.port)
    const adas = await browserOf()
    const ada = await BoardPage.make(adas, network.origin, 'Harbour works', 'Ada')
    const lin = await BoardPage.open(await browserOf(), server.origin + ada.path, 'Lin')
    await lin.board.getByRole('button', { name: 'Begin with three columns' }).click()
    await ada.add('To do', 'Paint the pier', 'Mend the nets', 'Order rope')
    await lin.isArranged('To do | Paint the pier | Mend the nets | Order rope', 'Doing', 'Done')
    await expect(ada.saved).toHaveText('Saved')

    await ada.isKept()
    const restore = await lose(adas, network)
    await expect(ada.banner).toContainText(/You are offline|Connection lost/)
    await ada.card('Paint the pier').dragTo(ada.column('Done'))
    await ada.choose('Order rope', 'Doing')
    await expect(ada.saved).toHaveText('Kept on this device')
    await ada.page.reload()
    await ada.isArranged('To do | Mend the nets', 'Doing | Order rope', 'Done | Paint the pier')
    await expect(ada.title).toHaveText('Harbour works')
    await ada.rename('Mend the nets', 'Mend all nets')
    await ada.add('To do', 'Written offline')
    await expect(ada.saved).toHaveText('Kept on this device')

    await lin.card('Paint the pier').press('Alt+ArrowRight')
    await lin.rename('Mend the nets', 'Mend the old nets')
    await lin.choose('Order rope', 'Move up')
    await lin.add('To do', 'Added meanwhile')
    await expect(lin.saved).toHaveText('Saved')
    await server.kill()
    await expect(lin.banner).toContainText('Connection lost, trying again.')
    await lin.add('Doing', 'While the server was down')
    await expect(lin.saved).toHaveText('Kept on this device')
    await server.start()
    await expect(lin.saved).toHaveText('Saved')
    await expect(lin.card('Written offline')).toHaveCount(0)

    await restore()
    await expect(lin.card('Written offline')).toBeVisible()
    await expect(ada.card('While the server was down')).toBeVisible()
    await expect(async () => expect(await ada.arrangement()).toEqual(await lin.arrangement())).toPass()
    const columns = await ada.arrangement()
    const cards = columns.flatMap(column => column.split(' | ').slice(1)).toSorted()
    expect(cards.map(title => title.replace(/^Mend (all|the old) nets$/, 'Mend … nets'))).toEqual([
      'Added meanwhile',
      'Mend … nets',
      'Order rope',
      'Paint the pier',
      'While the server was down',
      'Written offline',
    ])
    for (const one of [ada, lin]) {
      await expect(one.saved).toHaveText('Saved')
      await expect(one.banner).toBeEmpty()
    }
    await lin.page.reload()
    await lin.isArranged(...columns)
    await network.dispose()
  })
}

test('two have a card open, and write its description at once', async ({ server, browserOf }) => {
  const ada = await BoardPage.make(await browserOf(), server.origin, 'Harbour works', 'Ada')
  await ada.board.getByRole('button', { name: 'Begin with three columns' }).click()
  await ada.add('To do', 'Paint the pier')
  const lin = await BoardPage.open(await browserOf(), server.origin + ada.path, 'Lin')
  await ada.card('Paint the pier').click()
  await lin.choose('Paint the pier', 'Open')
  const descriptions = [ada, lin].map(one => one.dialog.getByRole('textbox', { name: 'Description' }))
  const [adas, lins] = descriptions as [(typeof descriptions)[0], (typeof descriptions)[0]]
  await adas.pressSequentially('Two coats.')
  await expect(lins).toHaveValue('Two coats.')
  await lins.press('Home')
  await Promise.all([adas.pressSequentially(' White and red.'), lins.pressSequentially('Not in the rain. ')])
  for (const field of descriptions) await expect(field).toHaveValue('Not in the rain. Two coats. White and red.')

  await lin.dialog.getByRole('combobox', { name: 'Column' }).selectOption('Doing')
  await expect(ada.dialog.getByRole('combobox', { name: 'Column' })).toHaveValue(
    await lin.dialog.getByRole('combobox', { name: 'Column' }).inputValue(),
  )
  await ada.dialog.getByRole('textbox', { name: 'Title' }).fill('Paint the whole pier')
  await ada.dialog.getByRole('textbox', { name: 'Title' }).press('Enter')
  await expect(lin.dialog.getByRole('textbox', { name: 'Title' })).toHaveValue('Paint the whole pier')
  await ada.page.keyboard.press('Escape')
  await expect(ada.dialog).toHaveCount(0)
  await expect(ada.card('Paint the whole pier')).toBeFocused()
  await ada.isArranged('To do', 'Doing | Paint the whole pier', 'Done')
  await expect(ada.card('Paint the whole pier'), 'that Lin looks at it').toHaveAccessibleDescription(
    /Lin is looking at it/,
  )

  await ada.card('Paint the whole pier').press('Delete')
  await expect(lin.dialog).toContainText('Somebody deleted this card.')
})

test('a board passes the check in every state, and looks right', async ({ server, browserOf }) => {
  const ada = await BoardPage.make(await browserOf(), server.origin, 'Harbour works', 'Ada')
  await expect(ada.board.getByRole('button', { name: 'Begin with three columns' })).toBeVisible()
  await expectAccessible(ada.page)
  await ada.pictures('board-empty')
  await ada.board.getByRole('button', { name: 'Begin with three columns' }).click()
  const lin = await BoardPage.open(await browserOf(), server.origin + ada.path, '林')
  await ada.add(
    'To do',
    'Paint the pier',
    'Order 200 m of rope, 12 mm, from the chandler at the east quay',
    'צביעת הסירה',
  )
  await ada.add('Doing', 'Check the buoys', '更新潮汐表')
  await ada.add('Done', 'Renew the permit')
  await ada.board.getByRole('checkbox', { name: 'Done: Renew the permit' }).click()
  await lin.choose('Check the buoys', 'Assign to me')
  await lin.card('Paint the pier').click()
  await lin.dialog.getByRole('textbox', { name: 'Description' }).pressSequentially('Two coats, and not in the rain.')
  await expect(ada.card('Paint the pier')).toHaveAccessibleDescription(/has a description.*林 is looking at it/)
  await expect(ada.saved).toHaveText('Saved')
  await expectAccessible(ada.page)
  await ada.pictures('board')
  await expectAccessible(lin.page)
  await lin.pictures('board-card-open')

  await ada.board.getByRole('button', { name: 'Actions for “Paint the pier”' }).click()
  await expect(ada.page.getByRole('menuitem', { name: 'Move down', exact: true })).toBeVisible()
  await expectAccessible(ada.page)
  await ada.pictures('board-menu')
  await ada.page.keyboard.press('Escape')
  await ada.board.getByRole('button', { name: 'Actions for the column “To do”' }).click()
  await ada.page.getByRole('menuitem', { name: 'Delete column' }).click()
  await expect(ada.dialog).toContainText('There are 3 cards in it.')
  await expectAccessible(ada.page)
  await ada.pictures('board-column-removal')
  await ada.dialog.getByRole('button', { name: 'Delete column' }).click()
  await expect(ada.column('Doing').getByRole('listitem')).toHaveCount(5)
  await expect(ada.column('To do')).toHaveCount(0)
  await ada.choose('Check the buoys', 'Delete card')
  await expect(ada.page.locator('.board-deleted')).toContainText('Deleted “Check the buoys”.')
  await expectAccessible(ada.page)
  await ada.pictures('board-deleted')
})
