import { refuseOutsideDevelopment } from './examplePeople';

describe('example people', () => {
  it('sign in during development alone', () => {
    expect(() => refuseOutsideDevelopment('development')).not.toThrow();
    expect(() => refuseOutsideDevelopment('production')).toThrow(
      /for development only/,
    );
    expect(() => refuseOutsideDevelopment(undefined)).toThrow(
      /for development only/,
    );
  });
});
