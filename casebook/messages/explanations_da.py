"""What the codes mean, in Danish; the English text is each rule's docstring."""

EXPLANATIONS: dict[str, str] = {
    "CB100": """Filen kan ikke læses som YAML.

Oftest: en tabulator i stedet for mellemrum, en tekst med ": " eller "#" uden anførselstegn, et
anførselstegn, der ikke slutter, eller en indrykning, der ikke passer. Stedet er der, hvor
læsningen standsede; årsagen kan stå i linjen ovenover.""",
    "CB101": """Et felt er ikke kendt.

Oftest er det en stavefejl; det nærmeste kendte ord er nævnt. Inden i { } afslutter et komma en
tekst: sæt hele teksten i anførselstegn. Papermill ville sende et ukendt navn videre i stilhed.""",
    "CB102": """En nøgle står to gange samme sted.

YAML beholder den sidste i stilhed, så halvdelen af det skrevne ville gå tabt. Behold den ene.""",
    "CB103": """Et id må kun indeholde a-z, 0-9 og '-' og står for én ting.

To aktiviteter, grupper, faser eller møder med samme id kan ikke skelnes i tabeller og links. Giv
hver sit eget.""",
    "CB104": """Et id er brugt, som ingenting har.

Grupper, aktiviteter, værktøjer, kilder, samtykker og aktører omtales med deres id. En henvisning,
der ikke fører nogen steder hen, ville falde ud af alle figurer og tabeller i stilhed. Ret
stavningen, eller tilføj det, der henvises til.""",
    "CB105": """Et engagement slutter i det år, det begynder, eller senere.

`years: {start: 2023, end: 2024}`. Byt om på de to, hvis de er forvekslet.""",
    "CB106": """Et møde ligger inden for engagementets år.

En dato udenfor er som regel en tastefejl i årstallet. Ret datoen, eller udvid årene.""",
    "CB107": """Et engagement er ikke afsluttet, før dets sidste år er begyndt.

Enten er status for tidlig, eller det sidste år er forkert.""",
    "CB108": """Et møde, hvis dag er gået, er ikke længere planlagt.

Skriv, hvad der blev af det: `held`, `moved`, `cancelled` eller `unknown`. Ellers kan ingen se
forskel på det, der blev gjort, og det, der var tænkt.""",
    "CB109": """Der kan ikke komme flere, end der var inviteret.

Kom der gæster, så hæv antallet af inviterede, eller notér det som en afvigelse.""",
    "CB110": """Der kan ikke komme flere, end gruppen har medlemmer.

Enten er gruppens størrelse forældet, eller andre kom med. Siden ville vise mere end hele gruppen.""",
    "CB111": """Et antal er et helt tal på 0 eller mere.

Skriv `unknown (hvorfor)`, hvor tallet ikke kendes, og udelad feltet, hvor det ikke er
registreret. Ingen af delene er det samme som 0.""",
    "CB112": """Et møde, der blev holdt, havde nogen i sig: 0 er ikke det samme som ikke oplyst.

Skriv `unknown` (i en tabel: `ukendt`), hvis antallet ikke kendes, eller lad det stå tomt, hvis
det ikke er registreret.""",
    "CB113": """En del kan ikke være større end det hele.

Ret en af størrelserne eller `subset_of`. Et spørgeskemas tal skal også gå op: med dem, der svarede,
eller med parrene.""",
    "CB114": """En kommunekode er en af Danmarks 98, fire cifre med anførselstegn.

Uden anførselstegn læser YAML 0746 som tallet 486. Fiktive engagementer bruger 9901–9999.""",
    "CB115": """Koden og kundens navn betyder den samme kommune.

De skilles, når en parameterfil er kopieret og kun det ene er rettet.""",
    "CB116": """Et fiktivt engagement bruger ikke en virkelig kommune og et virkeligt ingen fiktiv kode.

Koderne 9901–9999 er fri til eksempler. Skriv regionen i hånden, eller udelad den.""",
    "CB117": """Et CVR-nummer har 8 cifre, et EAN-nummer 13, og det sidste røber fejl i de andre.

CVR-numre består modulus 11-kontrollen, EAN-numre modulus 10. Et, der ikke gør, har et forkert
ciffer eller to, der er byttet om. Skriv dem med anførselstegn.""",
    "CB118": """Ordet er ikke et af dem, der er tilladt her.

Beskeden nævner dem. De er engelske i filen og danske på siden.""",
    "CB119": """Et svar ligger uden for spørgsmålets skala.

Ret svaret eller spørgsmålets `scale`. Et svar, der mangler, er en tom celle.""",
    "CB120": """Svar på forskellige ordlyde af et spørgsmål er blandet.

En ny ordlyd er et nyt spørgsmål: giv det et nyt id, så ingen sammenligner de to.""",
    "CB121": """En ændring kræver svar fra de samme mennesker, før og efter.

De findes på den anonyme nøgle i tabellen `responses`. Går ingen nøgle igen, sammenlignes to
flokke, og intet kan siges om en ændring. Brug de nøgler, deltagerne selv har lavet, eller gør den
sene måling til sin egen undersøgelse.""",
    "CB122": """Den samme anonyme nøgle besvarede det samme spørgsmål to gange i én måling.

Behold det svar, der gælder; beskeden nævner begge rækker.""",
    "CB123": """En undersøgelses målinger følger efter hinanden, og en opfølgning kommer sent nok.

Adfærd efter tre til seks måneder måles 90 til 183 dage efter det sidste møde; spørger man før,
svarer folk på det, de har i sinde. Senere er i orden: det viser, om ændringen holdt. Ret datoerne,
eller kald målingen `after`.""",
    "CB124": """Der kan ikke svare flere, end der blev spurgt.

Ret `asked`, eller tag svar ud, der er talt to gange.""",
    "CB125": """Evidensniveau 3 og derover kræver et sammenligningsgrundlag.

Niveau 2 siger, at deltagerne ændrede sig; niveau 3, at andre, der ikke var med, ikke gjorde.
Beskriv sammenligningen i `comparison`, eller sænk niveauet.""",
    "CB126": """En observeret ændring har en kilde.

Skriv den med ord (`source`), eller henvis til en post (`evidence`). Uden er det et håb eller en
mening: gør den til et udsagn af typen `ambition` eller `assessment`.""",
    "CB127": """En ændring kan have andre forklaringer end vores arbejde: nævn mindst én.

Et bidrag er kun troværdigt ved siden af det andet, der kunne have ført til det samme.""",
    "CB128": """Det, nogen ønsker skal ske, er en ambition og ikke en virkning.

Ord som "skal" og "ønsker" fortæller om fremtiden. Skift typen til `ambition`.""",
    "CB129": """Et citat har et navn og en titel.

Læserne skal kunne se, hvem der siger det, og som hvad: titlen på det tidspunkt. Må personen ikke
nævnes, så udelad citatet.""",
    "CB130": """Et citat er til mindste tegn det, personen sagde ja til.

Samtykkets `text_hash` er de første tolv tegn af tekstens SHA-256; beskeden viser den, teksten har
nu. Gendan teksten, eller spørg igen, og skriv så den.""",
    "CB131": """Et samtykke er givet, før det trækkes tilbage, og før det udløber.

En af datoerne er forkert; samtykkets eget papir eller mail viser hvilken.""",
    "CB132": """Et citat vises kun for de læsere, personen har sagt ja til.

De står i samtykkets `audiences`: et ja til offentligheden er også et ja til kunden. Spørg igen,
eller giv citatet en snævrere `audience`.""",
    "CB133": """En godkendelse gælder det indhold, kunden fik vist, og intet andet.

Dens `content_hash` er den for det, siden sagde. Beskeden viser den, siden har nu: send den til
kunden igen, og tilføj en godkendelse med den nye, når de siger ja.""",
    "CB134": """En kunde, der ikke skal nævnes, nævnes ikke i nogen tekst, offentligheden ser.

`naming: anonymised` skjuler `client.name`; den kan ikke skjule navnet inde i en titel eller et
citat. Skriv "kommunen" i stedet, eller spørg kunden om et ja til `naming: named`.""",
    "CB135": """En læring er ikke mere moden end det, den hviler på.

En observation hviler på ét engagement, et mønster på engagementer hos mindst to uafhængige kunder,
en anbefaling på mindst tre og en godkendelse i firmaet. To engagementer hos samme kunde tæller som
ét, fiktive aldrig. Skriv engagementerne under `support`, skriv under `approved`, hvem der har
godkendt, eller sænk modenheden.""",
    "CB136": """En virkelig læring hviler ikke på et fiktivt engagement.

Eksempler viser, hvordan man gør; ingen lærte noget i dem. Tag engagementet ud af `support`.""",
    "CB137": """Et værktøj er ikke i brug, før dets version er udgivet.

Enten er en dato forkert, eller det var en tidligere version, der blev brugt: de to må ikke
blandes, når man spørger, hvad der kom ud af en version.""",
    "CB138": """Hvor en enhed falder tilbage i sin brug af et værktøj, så skriv hvorfor.

Et fald er et fund: en note om, hvad der skete, er mere værd end tallet.""",
    "CB139": """Hvor klynger både er talt og skrevet op, passer de to sammen.

`cluster_count` er til det tilfælde, hvor kun antallet kendes. Ret det, eller tilføj det, der
mangler på listen; det, der ikke vides om en klynge, kan udelades.""",
    "CB140": """En aktivitets niveau er et af dem, engagementet har angivet.

`engagement.levels` nævner dem, for eksempel klyngerne og hele kommunen. Ret stavningen, eller
tilføj niveauet.""",
    "CB141": """Det, vi har udledt, er mærket som udledt, så ingen læser tager det for et faktum.

Et faktum, hvis `source` eller `reason` siger "udledt", "antaget" eller lignende, skal have
`inferred: true`; så siger siderne det ved siden af.""",
    "CB142": """Aktiviteterne på den offentlige side er nummereret 1, 2, 3 … uden huller.

`order` er aktivitetens plads på den offentlige liste. Et nummer, der mangler eller er brugt to
gange, betyder, at en aktivitet er glemt, eller at rækkefølgen er tilfældig.""",
    "CB143": """En fil, en dato eller et decimaltal kan læses på mere end én måde.

Parameterfiler er UTF-8. En tabel, der ikke er, læses som Windows-1252, som ældre Excel gemmer den:
se efter, om æ, ø og å er rigtige, eller gem den som "CSV UTF-8". Datoer er 2023, 2023-Q4, 2023-11
eller 2023-11-14, i tabeller også 14-11-2023; 14-11-23 kan betyde to dage. Tal er 7.5, i tabeller
7,5; 1.234 kan betyde to tal.""",
    "CB144": """En tabel eller en af dens kolonner mangler eller er ikke kendt.

Tabeller ligger i params/<navn>/ som sessions, attendance, responses, tool_use, actors og ties,
hver som .csv eller .xlsx. ';', ',' og tabulator mellem kolonner går alle an, og både engelske og
danske kolonnenavne. Af en projektmappe læses arket med tabellens navn eller det første.""",
    "CB145": """En tabel har personoplysninger, hvor de ikke hører til.

Navne, mailadresser, telefon- og CPR-numre hører ikke til i fri tekst og i spørgeskemaers
udtræk. Skal en person kunne skelnes, så brug en kode som p01, og hav listen over koder uden for
arbejdsmappen.""",
    "CB146": """Oplysninger om enkelte personer slettes, når tiden er gået.

`release.retention` siger, hvor længe tabellerne med svar og fremmøde må gemmes. Slet dem: de
antal, siderne bruger, kan skrives i parameterfilen.""",
    "CB148": """Intet må stå som TODO, når sider bygges.

Et TODO mærker det, der skal spørges om på ny for denne kunde. Besvar det, eller skriv
`unknown (hvorfor)`.""",
    "CB149": """En tekst til OPSI's casesskema kan være i sit felt dér.

Skemaet klipper det, der er længere. Grænserne er 5.000 tegn for overview, 4.000 for lessons, 500
for collaborations og users og 1.000 for de andre.""",
    "CB150": """Et engagement, der fortælles på engelsk, har sine offentlige tekster på engelsk.

`engagement.languages` nævner sprogene. Hvor en oversættelse mangler, viser den engelske side den
danske tekst og mærker den som dansk. Skriv teksten som {da: …, en: …}.""",
    "CB151": """En værdi er af den forkerte slags, for eksempel en tekst, hvor der ventes en liste.

Beskeden siger, hvad der ventes, og hvad der står.""",
    "CB152": """Noget, der kræves, mangler.

Et engagement skal have en kunde, en titel, år og faser med aktiviteter. Alt andet kan udelades.""",
    "CB153": """YAML ville læse værdien som noget andet.

0746 uden anførselstegn er 486, no er False, 12:30 er 750, og 1e3 er en tekst her og et tal der.
Andre værktøjer, der læser filen, ville tage fejl i stilhed, så det går ikke an: sæt værdien i
anførselstegn.""",
    "CB154": """Ankre, henvisninger og fletninger bruges ikke.

De gør en fil svær at læse og en kopi af den farlig. Skriv værdien ud.""",
    "CB155": """Engagementets id og filens navn er det samme.

Filens navn er det, engagementet kaldes overalt: `casebook build <navn>`. Det ender på .yaml; en
fil, der ender på .yml, bliver ikke læst.""",
    "CB156": """En gruppe øverst i filen har et navn, der ikke er et navn.

Papermill skriver navnene i notesbogen, som de står: `x = 1; import os #` ville blive kørt. Kun
parameterfilens grupper hører til dér.""",
    "CB201": """Noget i en notesbog er ikke på siden, som det var.

Et resultat, som sider ikke viser, eller et link, der ikke fører nogen steder hen. Siden laves
alligevel; vis det med et af kaldene på `case`, som Markdown eller som et billede.""",
    "CB202": """En notesbog kørte ikke til ende, så der er ingen ny side af den.

Beskeden nævner cellen, talt fra 1, som cellerne står i notesbogen, og linjen. Åbn notesbogen i
JupyterLab, og kør den dér; de sider, der var i forvejen, står, som de var.""",
    "CB203": """En fasejournal fejlede, så en rapport kunne ikke tage de fund med, den udgiver.

Rapporten har standardfundene i stedet, uden det, der var føjet til fasejournalen i hånden. Den
laves igen i hver bygning, til fasejournalen kører.""",
    "CB204": """En notesbog kørte, men der kunne ikke laves en side af det, den viser.

Beskeden siger hvilket resultat og hvorfor. Den side, der var i forvejen, står, som den var.""",
    "CB147": """Noget, der hører til en anden kunde, står i dette engagement.

Kundens navn, en person, der er citeret dér, en af klyngerne, seks ord i træk fra en tekst, der
aldrig må rejse med, eller et tal fra resultaterne. Skriv det på ny for denne kunde. Hedder en
klynge noget, som engagementet også skriver med småt, er det et almindeligt ord.""",
    "CB157": """En fil, der bygges på, findes ikke, eller den bygger på sig selv.

`extends: _house` under `engagement` betyder params/_house.yaml; `methods/<navn>` ligger i
params/methods eller følger med Casebook. Filen selv vinder over det, den bygger på.""",
    "CB205": """Et billede eller en tabel af din egen mangler de ord, som nogle læsere har brug for.

Et billede skal have en tekst, der siger, hvad det viser, og en overskrift; en tabel en overskrift.
Giv dem med i `metadata` til `display`. Siden laves alligevel.""",
    "CB206": """Et output er afvist: en side kører ingen programmer og tager ikke andres HTML ind.

Vis det med et af kaldene på `case`, som Markdown, som en tabel eller som et billede.""",
    "CB207": """Et engagement blev gemt, mens der blev bygget.

Det, der nu står i filerne, er ikke tjekket, så der er ikke lavet noget af det, og siderne er, som de
var. Byg igen.""",
    "CB158": """Et spørgsmål med samme id og version har samme ordlyd i alle engagementer.

Svar holdes kun op mod hinanden, når spørgsmålet var ordret det samme. Hvor engagementerne er
uenige, gælder den ordlyd, de fleste bruger; fiktive engagementer sammenlignes kun med hinanden.
Brug den ordlyd, eller giv jeres en version eller et id for sig.""",
    "CB208": """Et fund af dit eget viser et tal, der er så lille, at læsere kan regne ud, hvem det er.

Svar vises for offentligheden, når mindst ti er spurgt, og for kunden, når mindst fem er; om en til
fire personer læser offentligheden aldrig. Udgiv det til færre læsere, eller skriv det uden `n` og
`total`. Siden laves alligevel.""",
    "CB210": """Ingen celle er mærket `parameters`, så engagementets værdier ikke når notesbogen.

Giv cellen med parametrene mærket `parameters`; `casebook check --notebooks --fix` gør det.""",
    "CB211": """Cellen med parametre mangler et af navnene.

Alle grupper, `audience` og `language` skal stå dér; `casebook check --notebooks --fix` tilføjer dem.""",
    "CB212": """En notesbog er til at læse og tænke i: få celler, korte celler, ingen funktioner.

Højst ti celler med kode på højst fem linjer; læg resten i et modul.""",
    "CB213": """Notesbogen er gemt med output eller kørselsnumre.

De kan rumme kundens tal og gør forskelle ulæselige. `casebook tidy` fjerner dem.""",
    "CB214": """Noget i notesbogen ligner en adgangskode eller en nøgle.

Tag den ud, og skift den: den er set af alle, der har filen.""",
    "CB215": """Cellernes id mangler, går igen eller skifter.

Referencer og links bruger dem. `casebook tidy` giver hver celle sit.""",
    "CB216": """En figur mangler ord til dem, der ikke kan se den.

Giv `description=` og `data=` med til `case.publish`.""",
    "CB217": """Notesbogen beder om en anden kerne end den, Casebook kører med.

`casebook check --notebooks --fix` retter det til `python3`.""",
    "CB218": """Filen er ikke en notesbog, eller den kan ikke læses.

Åbn den i JupyterLab, eller hent en tidligere udgave frem.""",
    "CB219": """Et engagements egen notesbog hedder det samme som engagementet og dokumentet.

Kun `notebooks/<navn>/<dokument>.ipynb` bliver kørt i stedet for den fælles; det, som en notesbog
med næsten det navn udgiver, står i ingen rapport, og ingen ville savne det.""",
    "CB301": """Der er bedt om en offentlig udgave, men kunden har ikke tilladt en.

Parameterfilen siger `naming: none` under `release`, eller feltet er tomt eller TODO.
Byg til kunden eller til huset selv, eller spørg kunden, og skriv `named` eller `anonymised`.""",
    "CB302": """Kunden har sagt ja til netop dette indhold for netop disse læsere.

`casebook release` viser hashen af det, siden siger. Send siden til kunden, og skriv, når de siger
ja, under `release.approvals` til hvem, af hvem, hvornår, og den hash:
`{audience: public, by: …, date: 2026-05-01, content_hash: …}`. Hashen er af ord, tabeller og
ordene i figurer, ikke af udseendet; at godkendelsen skrives ind, ændrer den ikke. Hver læserkreds
og hvert sprog har sin egen side og dermed sin egen godkendelse.""",
    "CB303": """En godkendelse gælder indtil sin `expires`, hvis den har en.

Spørg kunden igen, og tilføj den nye godkendelse ved siden af den gamle.""",
    "CB304": """Alle, der citeres ved navn, har et noteret ja til netop disse læsere og disse ord.

Citatets `consent` er id'et på et samtykke under `release.consents`: hvem, til hvilke læsere,
hvornår, og i `text_hash` til hvilke ord. Eller giv citatet en snævrere `audience`. Et samtykke, der
er trukket tilbage, tager citatet af siden.""",
    "CB305": """Det er noteret, hvem der har ansvaret for data, og efter hvilken aftale.

`release.data_role` siger, om huset er databehandler, dataansvarlig eller deler ansvaret, og
`release.agreement` har aftalens nummer. Ingen udenfor ser nogen af dem.""",
    "CB306": """Et tal, der ikke vises nu, har ikke før været vist for de samme læsere.

Den, der har gemt den tidligere side, kan læse det der. Og har nogle få flere svaret siden, siger
de to sider tilsammen, hvad netop de svarede: vent, til de er så mange, som svar skal være for at
blive vist. Ellers tag den tidligere side ned, og notér det:
`casebook release NAVN --withdraw NUMMER`.""",
    "CB307": """En side, der forlader huset, er én fil: intet hentes, og intet kører.

En fremmed server ville se hver læser, og et program kunne vise hvad som helst. En side må linke til
https-, mailto- og tel-adresser. Beskeden siger, hvad der er; Casebooks egne sider har intet af det,
så en skabelon eller et andet værktøj har sat det ind.""",
    "CB308": """En side, der forlader huset, rummer intet om, hvordan den blev lavet.

Ingen stier på en maskine, ingen kommentarer, ingen parametre, ingen kode fra notesbogen. Se på det,
cellen viser, som beskeden peger på; en sti er ofte en del af en advarsel, der blev skrevet ud.""",
    "CB309": """En side, der forlader huset, rummer ingen personers numre eller adresser.

Intet CPR-nummer overhovedet. En mailadresse eller et telefonnummer kun som et link, siden tilbyder,
som det i opfordringen eller hos afsenderen.""",
    "CB310": """Ingen nævnes på siden uden at have et noteret ja til netop disse læsere.

Der ledes efter dem, parameterfilen nævner: hvem der citeres eller er blevet det, hvem der har givet
samtykke eller godkendt, hvem der leder eller faciliterer en klynge, hvem der har bestilt arbejdet eller
skal handle. Et samtykke under `release.consents` med `subject: name`, eller et til et citat, er et ja
til at blive nævnt. Eller skriv teksten uden navnet. Husets egne folk står i `engagement.authors`.""",
    "CB311": """En side, der forlader huset, hævder ingen årsag, hvor intet er sammenlignet.

Ord som "har skabt", "førte til" og "styrkede" siger, at arbejdet var årsagen. Under evidensniveau 3
ved ingen det: skriv "bidrog til", eller fortæl det som den ambition, det var. Citater er talerens egne
ord og bliver stående; det gør observerede ændringer fra niveau 3 også. Det standser en offentlig
udgave og er en advarsel i en til kunden.""",
    "CB411": """Noget i `templates/_brand.yml` er ikke i brand.yml-formatet eller kan ikke bruges.

Farver skrives i anførselstegn, som "#0b5a69", eller med et navn fra brandets egen palet.""",
    "CB412": """En af brandets farver har for lille kontrast til at kunne læses.

Loven om webtilgængelighed kræver 4,5:1 mellem tekst og bund og 3:1 for det, figurer tegnes med.
Beskeden nævner den nærmeste farve, der kan bruges.""",
    "CB413": """En skrifttype eller et logo fra brandet kan ikke lægges ind i siderne.

Sider henter intet udefra. Læg filen ved siden af `_brand.yml`: woff2, woff, ttf eller otf for en
skrift, svg, png eller jpg for et logo.""",
}
