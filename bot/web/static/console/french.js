/** The sentences that the console's scripts share; what the server says comes in French already. */

import { typeset } from "../widget/french.js";

export const FRENCH = {
  themes: {
    system: typeset("Thème : celui de l’appareil"),
    light: typeset("Thème : clair"),
    dark: typeset("Thème : sombre"),
  },
  sessionEnded: typeset("Votre session a expiré. Reconnectez-vous : vos textes sont gardés."),
  unreachable: typeset("Le serveur ne répond pas. Vos textes sont gardés ; réessayez dans un instant."),
  failed: typeset("Cela n’a pas fonctionné. Réessayez dans un instant."),
};
