import { render, screen } from '@testing-library/react';
import { app } from './App';

describe('app', () => {
  it('asks who is there before it shows the portal', async () => {
    process.env = {
      ...process.env,
      APP_CONFIG: [
        {
          context: 'test',
          data: {
            app: { title: 'Test', baseUrl: 'http://localhost:3000' },
            backend: { baseUrl: 'http://localhost:7007' },
          },
        },
      ] as unknown as string,
    };

    render(app.createRoot());

    expect(
      await screen.findByRole(
        'button',
        { name: 'Sign in as Ana' },
        { timeout: 30_000 },
      ),
    ).toBeInTheDocument();
  }, 60_000);
});
