import '@testing-library/jest-dom';
import { configure } from '@testing-library/react';

// Pages poll, and the machine that runs the tests may be busy.
configure({ asyncUtilTimeout: 8_000 });
jest.setTimeout(30_000);
