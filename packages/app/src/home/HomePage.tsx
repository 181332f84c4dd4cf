import { Content, Header, Page } from '@backstage/core-components';
import Box from '@mui/material/Box';
import Card from '@mui/material/Card';
import CardActionArea from '@mui/material/CardActionArea';
import CardContent from '@mui/material/CardContent';
import Typography from '@mui/material/Typography';
import { Link } from 'react-router-dom';

const ways = [
  {
    to: '/create/templates/default/application-environment',
    title: 'Request an environment',
    text: 'Fill in a short form and watch the request until the environment is healthy.',
  },
  {
    to: '/gitops-events',
    title: 'See what is going on',
    text: 'Events, the changes they led to, and what waits for a person.',
  },
  {
    to: '/catalog',
    title: 'Find your applications',
    text: 'Each one shows on its timeline what happened to it, and why.',
  },
];

export function HomePage() {
  return (
    <Page themeId="home">
      <Header
        title="GitOps Events"
        subtitle="From an event to a running change"
      />
      <Content>
        <Box
          sx={{
            display: 'grid',
            gap: 2,
            gridTemplateColumns: 'repeat(auto-fit, minmax(260px, 1fr))',
          }}
        >
          {ways.map(way => (
            <Card key={way.to} variant="outlined">
              <CardActionArea
                component={Link}
                to={way.to}
                sx={{ height: '100%' }}
              >
                <CardContent>
                  <Typography variant="h2" sx={{ fontSize: 18, mb: 1 }}>
                    {way.title}
                  </Typography>
                  <Typography variant="body2" color="text.secondary">
                    {way.text}
                  </Typography>
                </CardContent>
              </CardActionArea>
            </Card>
          ))}
        </Box>
      </Content>
    </Page>
  );
}
