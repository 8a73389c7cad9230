import type { CommonPasswords } from './password.ts'

/**
 * What people type first when they are asked for a password: rows of keys, names, words of love, teams, services. Those
 * that turn up at the top of every list of breached ones, gathered by hand. Endings of figures and signs are not listed:
 * `passwordProblem` sees through them.
 */
export const commonPasswords: CommonPasswords = new Set(
  `
password passwort passw0rd motdepasse contrasena contraseña senha wachtwoord parola haslo heslo parool
lozinka geslo jelszo salasana losenord adgangskode passord sifre parol kennwort passphrase password1
mypassword newpassword oldpassword nopassword thepassword passwordpassword passpass passme letmein
letmeinnow letmeinplease openup opensesame welcome welcomeback welcomehome welcometo changeme changeit
changethis changemenow default secret topsecret mysecret secretpassword supersecret verysecret login
loginlogin signin access accessgranted master masterkey masterpassword administrator admin adminadmin
administrador root rootroot toor superuser sysadmin guest guestguest user username useruser testtest test
tester testing testuser testpassword temp temporary temppass demo sample example company companyname
server database oracle mysql postgres qwerty qwertz azerty qwertyui qwertyuiop qwertyuiopasdfghjkl
qwertzuiop azertyuiop asdfgh asdfghjk asdfghjkl zxcvbn zxcvbnm zxcvbnmasdfghjkl asdfasdf asdfjkl qazwsx
qazwsxedc qazwsxedcrfv wsxedc qweasd qweasdzxc qwaszx zaqwsx zaqxsw qweqwe qwerqwer asdasd zxczxc
poiuytrewq lkjhgfdsa mnbvcxz poiuyt lkjhgf qwert asdfg zxcvb 1qaz2wsx 1qaz2wsx3edc 1qazxsw2 1qaz@wsx
1qaz!qaz zaq12wsx zaq1zaq1 zaq1xsw2 2wsx3edc !qaz2wsx 1q2w3e 1q2w3e4r 1q2w3e4r5t 1q2w3e4r5t6y
1q2w3e4r5t6y7u8i9o0p q1w2e3 q1w2e3r4 q1w2e3r4t5 q1w2e3r4t5y6 qwe123 qwe123qwe qwer1234 qwerty123
qwerty1234 qwerty12345 qwerty123456 asdf1234 asd123 zxc123 123qwe 123qweasd 123qweasdzxc 123qwe123
1234qwer 12345qwert 123456qwerty 123abc 123456abc abc123 abc123456 abcd1234 abcdef abcdefg abcdefgh
abcdefghij abcdefghijk abcabc abcabcabc aabbcc aaabbb a1b2c3 a1b2c3d4 a1b2c3d4e5 a123456 a12345678
a123456789 aa123456 aa12345678 aa123456789 q123456 z123456 w123456 x123456 p123456 s123456 qq123456
qq123456789 wo123456 as123456 zx123456 woaini woaini520 woaini1314 woaini1314520 5201314 1314520 7758521
7758258 1234567890 0123456789 12345678901 123456789012 1234567891 12345678910 123456789a 123456789q
1234567899 1234554321 1234512345 123123123 1231231231 123123123123 123321123321 1122334455
11223344556677889900 112233445566 111222333444 1112223334 1111122222 12341234 1234123412 123412341234
12344321 123454321 1236987450 147258369 1472583690 147852369 1478523690 741852963 7418529630 789456123
7894561230 9876543210 987654321 98765432100 0987654321 0123456788 1020304050 102030405060 1010101010
1212121212 121212121212 1313131313 2020202020 2112211221 6969696969 1357924680 2468013579 1029384756
0192837465 5555566666 1597534862 159753456852 159357258456 963852741 0147258369 3141592653 31415926535
314159265358 2718281828 1123581321 0102030405 0101010101 1234567887654321 123456654321 123456123456
12345612345 1234561234 123456123 456456456 789789789 147147147 258258258 369369369 321321321 741741741
951753 9517538520 1password password2 iloveyou iloveu iloveyou1 iloveyou2 iloveyoubaby iloveyouso
iloveyousomuch iloveyouforever iloveme ilovehim ilovegod ilovejesus ilovemymom ilovemom iloveit iloveher
lovely loveme loveyou lovelove loveless lovelife lover loverboy lovergirl truelove mylove mylife myfamily
mybaby babygirl babyboy babydoll baby sweetheart sweetie sweetpea honey darling angel angels myangel
princess princesa prince queen king kingkong sunshine sunflower flower flowers butterfly rainbow moonlight
starlight daylight midnight summer summertime winter wintertime spring springtime autumn october november
december january february september august monday friday saturday sunday christmas halloween birthday
happy happyday happybirthday happiness smile smiley chocolate cookie cookies cupcake candy sugar cherry
banana bananas strawberry blueberry orange apple pineapple peaches peanut pumpkin cheese cheesecake pizza
popcorn potato tequila whiskey vodka coffee pepper ginger brownie muffin dragon dragonball dragons monkey
monkeys tiger tigers tigger lion lions panther panthers eagle eagles falcon falcons hawk phoenix wolf
wolves wolverine bear bears bulldog bulldogs dolphin dolphins turtle shadow shadows spider spiderman
batman superman ironman captainamerica wonderwoman catwoman joker deadpool avengers wolfpack snoopy
garfield mickey mickeymouse minnie donald pokemon pikachu charizard naruto sasuke goku vegeta sailormoon
hellokitty spongebob scooby scoobydoo simpsons starwars skywalker lukeskywalker darthvader yoda startrek
harrypotter hogwarts voldemort gandalf frodo matrix terminator godzilla gundam metallica nirvana slipknot
eminem beatles elvis linkinpark blink182 greenday rockstar rocknroll rockyou guitar drummer music musica
musician dancer hiphop disney nintendo playstation xbox minecraft fortnite roblox warcraft starcraft
diablo counterstrike halflife halo zelda mario luigi gamer gaming killer assassin ninja samurai warrior
gladiator knight soldier hunter ranger sniper pirate wizard merlin legend legendary hero football fotball
futbol soccer baseball basketball hockey tennis golf golfer cricket volleyball swimming racing runner
champion champions liverpool liverpoolfc manchester manchesterunited manutd chelsea chelseafc arsenal
arsenalfc barcelona fcbarcelona realmadrid juventus milan intermilan inter bayern borussia ajax benfica
galatasaray fenerbahce besiktas everton tottenham celtic rangers yankees redsox cowboys steelers packers
patriots raiders broncos lakers chicago bulls celtics dodgers phillies mustang corvette camaro ferrari
porsche mercedes lamborghini harley harleydavidson yamaha kawasaki suzuki honda toyota nissan chevrolet
chevy ford volkswagen michael michelle jennifer jessica jessie ashley amanda nicole daniel danielle
matthew andrew anthony joshua jordan michaeljordan thomas robert charlie william alexander alexandra
alexandre jonathan christopher christian christine christina benjamin nicholas samantha elizabeth
stephanie veronica victoria patricia margaret catherine katherine barbara maggie hannah olivia sophia
isabella isabelle gabriel gabriela fernando alejandro alejandra sebastian francisco carlos eduardo ricardo
roberto antonio santiago valentina carolina daniela mariana natalia tatiana anastasia ekaterina svetlana
nastya natasha marina vladimir dmitry sergey andrey maxim martin marcus maxwell oliver oscar buster bailey
cooper tucker rocky max buddy jasmine destiny brandon brittany justin justinbieber austin taylor
taylorswift madison morgan hunter2 jackson johnson smith anderson williams george richard patrick vincent
samuel zachary nathan jeremy melissa rebecca rachel heather lauren megan natalie andrea monica diana
claudia sandra cristina fuckyou fuckyou1 fuckme fuckoff fucker motherfucker asshole bullshit bitch bitches
pussy sexy sexygirl sexybitch sexsex iamgod jesus jesuschrist jesusislord jesuslovesme jesussaves
lordjesus godisgood godislove godbless blessed blessing heaven faith trustno1 trustnoone whatever whatsup
nothing something anything everything forever foreverlove together freedom liberty america american usausa
canada england london paris france germany deutschland berlin hamburg italia espana mexico brasil
argentina colombia portugal turkiye istanbul russia moscow ukraine poland polska china beijing japan tokyo
korea seoul australia sydney india mumbai pakistan philippines indonesia jakarta vietnam thailand newyork
california texas florida dallas houston boston phoenix1 hollywood internet computer computers windows
microsoft google googlegoogle facebook youtube instagram twitter linkedin whatsapp snapchat samsung
samsung1 iphone android apple123 amazon netflix yahoo hotmail outlook gmail myspace slack slackslack
discord discord1 github chatgpt openai parley parleyparley kakao kakaotalk naver spotify system network
security hacker hackers hackme matrix1 cyber digital electric thunder lightning storm hurricane tornado
earthquake fire firefire fireball water ocean mountain river forest garden silver golden gold diamond
diamonds crystal emerald sapphire platinum purple yellow orange1 black blackcat blackjack blackberry white
whitehouse red green blue bluesky pink pinkpink correcthorsebatterystaple correcthorse batterystaple
thequickbrownfox quickbrownfox loremipsum helloworld hellohello hello hellothere goodmorning goodnight
goodbye goodluck thankyou please pleaseletmein superstar superstars supersuper superpower stargate
starstar unicorn unicorns mermaid fairytale wonderful beautiful gorgeous handsome awesome amazing
fantastic excellent perfect crazy crazygirl lucky luckyone luckycharm money moneymoney moneymaker million
millionaire business success successful winner winners bigboss bigdaddy bigdick daddy daddysgirl mommy
momdad momanddad mother father mother1 sister brother family familyfirst children grandma grandpa friend
friends friendship friends4ever bestfriend bestfriends girlfriend boyfriend student teacher school
highschool college university doctor nurse lawyer engineer manager director president annyeong
annyeonghaseyo saranghae saranghaeyo daehanminguk hangukin bimilbeonho qlalfqjsgh dkssud dkssudgktpdy
tkfkdgo tkfkdgody rkskek gkdl gkdldy ekdrms dlsxjspt a1234567890 q1234567890 abcd123456 abcde12345
abc1234567 asdfgh123456 qweasdzxc123 qazwsx123 qazwsxedc123 zaq12wsxcde3 zxcvbnm123 zxcvbnm123456
1a2b3c4d5e 1a2s3d4f5g q2w3e4r5t6 pa55word pa55w0rd p4ssword p4ssw0rd adm1n letme1n l3tm3in
`
    .trim()
    .split(/\s+/),
)
