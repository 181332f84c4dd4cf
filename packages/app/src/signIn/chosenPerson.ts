const key = 'gitops-events.example-person';

/** Kept by the tab: one can be Ana in one and Pia in the next. */
export const chosenPerson = {
  get: (): string | undefined => sessionStorage.getItem(key) ?? undefined,
  set(name: string | undefined): void {
    if (name) sessionStorage.setItem(key, name);
    else sessionStorage.removeItem(key);
  },
};
