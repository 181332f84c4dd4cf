// Tests wait for real servers, also on slow machines: longer than the 4.5 s that are usual.
const waitForExpect = require('wait-for-expect');

const wait = waitForExpect.default ?? waitForExpect;
wait.defaults.timeout = 30_000;

// For the same reason; a suite that needs more says so itself.
jest.setTimeout(30_000);
