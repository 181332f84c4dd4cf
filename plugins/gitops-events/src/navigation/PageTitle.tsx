import BackIcon from '@mui/icons-material/ArrowBackOutlined';
import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import type { ReactNode } from 'react';
import { TextLink } from './TextLink';

/** Head of a detail page: the way back, what it is, where it stands, what one can do. */
export function PageTitle(props: {
  back: { to: string; text: string };
  title: string;
  chip?: ReactNode;
  subtitle?: ReactNode;
  actions?: ReactNode;
}) {
  const { back, title, chip, subtitle, actions } = props;
  return (
    <Box component="header" sx={{ mb: 3 }}>
      <TextLink
        to={back.to}
        sx={{
          display: 'inline-flex',
          alignItems: 'center',
          gap: 0.5,
          fontSize: '0.8125rem',
        }}
      >
        <BackIcon aria-hidden sx={{ fontSize: 15 }} />
        {back.text}
      </TextLink>
      <Box
        sx={{
          display: 'flex',
          flexWrap: 'wrap',
          alignItems: 'flex-start',
          justifyContent: 'space-between',
          gap: 2,
          mt: 1,
        }}
      >
        <Box sx={{ minWidth: 0, flex: '1 1 320px' }}>
          <Box
            sx={{
              display: 'flex',
              flexWrap: 'wrap',
              alignItems: 'center',
              columnGap: 1.5,
              rowGap: 0.5,
            }}
          >
            <Typography
              component="h1"
              sx={{
                fontSize: { xs: '1.25rem', sm: '1.5rem' },
                fontWeight: 600,
                lineHeight: 1.25,
                overflowWrap: 'anywhere',
                m: 0,
              }}
            >
              {title}
            </Typography>
            {chip}
          </Box>
          {subtitle && (
            <Typography
              component="div"
              color="text.secondary"
              sx={{ mt: 0.75, fontSize: '0.9375rem', overflowWrap: 'anywhere' }}
            >
              {subtitle}
            </Typography>
          )}
        </Box>
        {actions && (
          <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1 }}>
            {actions}
          </Box>
        )}
      </Box>
    </Box>
  );
}
