/** Where a timeline has room for columns. It asks its container: a tab, a page column and a card differ on the same screen. */
export const whenWide = '@container (min-width: 700px)';
