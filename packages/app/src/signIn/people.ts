/** Someone of `examples/catalog/people.yaml`, as the sign-in page introduces them. */
export interface Person {
  name: string;
  displayName: string;
  team: string;
  may: string;
}

export const people: Person[] = [
  {
    name: 'ana',
    displayName: 'Ana',
    team: 'Shop developer',
    may: 'Requests environments for the shop and follows what becomes of them.',
  },
  {
    name: 'ben',
    displayName: 'Ben',
    team: 'Payments developer',
    may: 'Does the same for payments. What the shop does, Ben does not see.',
  },
  {
    name: 'pia',
    displayName: 'Pia',
    team: 'Platform engineer',
    may: 'Sees everything, approves changes and decides what is held.',
  },
];
