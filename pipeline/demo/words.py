"""What the demo's titles are about: keywords, words of plots and of titles, by genre."""

from dataclasses import dataclass

__all__ = ["COMMON_KEYWORDS", "COMMON_PLOTS", "GENRE_NAMED", "WORDS", "GenreWords"]


@dataclass(frozen=True)
class GenreWords:
    """Words that titles of one genre tend to.

    Attributes
    ----------
    keywords : tuple of str
    people : tuple of str
        Who a plot is about.
    deeds : tuple of str
        What they do.
    names : tuple of str
        Last words of titles.
    """

    keywords: tuple[str, ...]
    people: tuple[str, ...]
    deeds: tuple[str, ...]
    names: tuple[str, ...]


def _words(keywords: str, people: str, deeds: str, names: str) -> GenreWords:
    return GenreWords(*(tuple(part.split(", ")) for part in (keywords, people, deeds, names)))


WORDS: dict[str, GenreWords] = {
    "Drama": _words(
        "grief, small town, father son relationship, illness, coming of age, poverty, adultery, loss, addiction",
        "a widower, two sisters, an ageing teacher, a young nurse, a farmer",
        "learns to forgive, faces an old guilt, returns to an empty house, hides an illness, loses a child",
        "Winter, Silence, Letters, Shore, Rain",
    ),
    "Comedy": _words(
        "mistaken identity, spoof, best friend, roommate, prank, stand-up, party, office, slapstick, road trip",
        "two hopeless roommates, a clumsy waiter, a mayor without talent, an awkward bridegroom, a lazy student",
        "pretends to be a doctor, ruins a wedding, swaps two suitcases, throws the wrong party, bets on a duck",
        "Uncle, Neighbours, Trouble, Pancakes, Weekend",
    ),
    "Action": _words(
        "explosion, car chase, assassin, fight, martial arts, terrorist, hostage, shootout, commando, bomb, mercenary",
        "a retired commando, an elite pilot, a bodyguard, a rogue agent, a street fighter",
        "storms a hijacked tower, stops a bomb, outruns a convoy, frees the hostages, fights a private army",
        "Impact, Fury, Strike, Payback, Overdrive",
    ),
    "Romance": _words(
        "love, new love, wedding, kiss, love triangle, first love, jealousy, love letter, summer, marriage proposal",
        "a shy florist, two strangers on a train, a wedding planner, a lonely pianist, two old flames",
        "falls in love, writes love letters, follows a lover to another city, breaks off an engagement",
        "Kiss, Hearts, Promise, Summer, Valentine",
    ),
    "Crime": _words(
        "gangster, bank robbery, heist, mafia, police, undercover, corruption, drug dealer, prison, detective, murder",
        "a safe cracker, a corrupt inspector, a mob accountant, two bank robbers, a police informer",
        "plans a last heist, betrays the boss, hides stolen money, goes undercover in a gang, breaks out of prison",
        "Heist, Alibi, Harbour, Syndicate, Verdict",
    ),
    "Thriller": _words(
        "conspiracy, serial killer, stalker, kidnapping, blackmail, suspense, paranoia, hitman, revenge, psychopath",
        "a night clerk, an insomniac lawyer, a kidnapped witness, a blackmailed judge, a wire tapper",
        "finds a body in the boot, is followed by a stranger, has one night to prove innocence, uncovers a conspiracy",
        "Witness, Pursuit, Edge, Stranger, Countdown",
    ),
    "Adventure": _words(
        "treasure, jungle, expedition, island, pirate, quest, desert, ship, survival, lost city, explorer",
        "a stubborn explorer, an orphaned cabin boy, a map maker, a balloonist, a band of castaways",
        "searches for a lost city, crosses the desert, sails into uncharted waters, follows a torn map",
        "Island, Voyage, Treasure, Expedition, Summit",
    ),
    "Horror": _words(
        "zombie, vampire, gore, haunted house, demon, slasher, blood, monster, ghost, possession, cabin in the woods",
        "five campers, a possessed child, a gravedigger, a new tenant, a village priest",
        "wakes something under the house, is haunted by the dead, hears scratching at night, digs up a curse",
        "Crypt, Howl, Cellar, Graves, Flesh",
    ),
    "Documentary": _words(
        "interview, climate, protest, archive footage, artist, politics, ecology, globalization, street life, activist",
        "a film crew, three activists, the last fishermen of a coast, a photographer, former miners",
        "tell their own story to the camera, opens a closed archive, follows a year of protest, counts the costs",
        "Portrait, Archive, Voices, Coastline, Question",
    ),
    "Mystery": _words(
        "investigation, missing person, secret, detective, amnesia, riddle, locked room, clue, inheritance, whodunit",
        "a provincial detective, a man without memory, a crossword writer, a lighthouse keeper, an heiress",
        "follows a trail of clues, investigates a disappearance, wakes up without a name, opens a sealed room",
        "Riddle, Cipher, Key, Shadow, Manor",
    ),
    "Fantasy": _words(
        "magic, witch, dragon, sword, wizard, fairy tale, kingdom, prophecy, elf, curse, mythical creature",
        "a young witch, a stable boy, an exiled wizard, a talking fox, the last dragon rider",
        "breaks an ancient curse, enters an enchanted forest, steals a magic sword, fulfils a prophecy",
        "Kingdom, Spell, Dragon, Realm, Enchantress",
    ),
    "Family": _words(
        "dog, holiday, christmas, talking animal, grandfather, school, siblings, summer camp, puppy, friendship",
        "three siblings, a stray puppy, a grandmother, a bored schoolgirl, a runaway pony",
        "saves the holidays, builds a tree house, befriends a bear, brings the grandparents together",
        "Puppy, Holiday, Treehouse, Circus, Grandpa",
    ),
    "Science Fiction": _words(
        "alien, space, robot, time travel, dystopia, spaceship, artificial intelligence, future, android, clone",
        "a stranded astronaut, an android, a colony engineer, the last archivist, a cloned pilot",
        "receives a signal from space, travels back in time, wakes on a dying ship, shuts down a machine mind",
        "Orbit, Signal, Colony, Zero, Android",
    ),
    "Biography": _words(
        "based on true story, 1920s, scientist, politician, painter, writer, genius, fame, nobel prize, autobiography",
        "a physicist, a forgotten painter, a union leader, a first woman surgeon, a stubborn inventor",
        "rises from poverty to fame, fights for recognition, invents a machine, spends a life on one idea",
        "Life, Inventor, Years, Genius, Canvas",
    ),
    "Music": _words(
        "rock band, singer, concert, jazz, guitar, dance, songwriter, backstage, piano, record label, choir",
        "a garage band, a jazz trumpeter, a choir master, a street singer, a deaf drummer",
        "goes on tour, records a last album, wins a song contest, finds an old guitar",
        "Blues, Encore, Rhythm, Chorus, Stage",
    ),
    "Animation": _words(
        "anthropomorphism, talking animal, toy, cartoon, cgi, magic, penguin, superhero, forest, stop motion",
        "a lost toy, a brave snail, a penguin, a paper boy, a monster without teeth",
        "leaves the toy shop, learns to fly, befriends a cloud, saves the forest from a bulldozer",
        "Snail, Penguin, Toys, Bubbles, Comet",
    ),
    "Sport": _words(
        "boxing, baseball, football, coach, championship, training, underdog, olympic games, basketball, athlete",
        "a boxing trainer, a losing team, a marathon runner, a blind swimmer, a disgraced coach",
        "trains for the championship, enters the ring again, wins against the odds, loses the final",
        "Champion, Round, League, Finish, Goal",
    ),
    "History": _words(
        "king, queen, empire, 19th century, revolution, royalty, ancient rome, battle, slavery, castle, coronation",
        "a young queen, a court physician, a rebel printer, an emperor, a slave",
        "claims the throne, leads a rebellion, signs a treaty, betrays the crown, crosses the empire",
        "Empire, Throne, Revolution, Crown, Treaty",
    ),
    "War": _words(
        "soldier, world war ii, army, nazis, battlefield, vietnam, prisoner, resistance, trench, submarine, sniper",
        "a lost platoon, a field surgeon, a deserter, a resistance courier, a submarine crew",
        "holds a bridge, crosses enemy lines, survives the trenches, hides refugees",
        "Platoon, Bridge, Front, Barrage, Armistice",
    ),
    "Western": _words(
        "cowboy, gunslinger, sheriff, outlaw, saloon, ranch, horse, duel, gold rush, bounty hunter, cattle",
        "a tired sheriff, a drifting gunslinger, a rancher, a bounty hunter, two outlaws",
        "rides into a lawless town, guards a gold transport, defends the ranch, meets the outlaw at noon",
        "Canyon, Saloon, Gulch, Spurs, Rider",
    ),
}

_COMMON = (
    "independent film, based on novel, woman director, sequel, duringcreditsstinger, friendship, new york, london, "
    "paris, violence, nudity, teenager, marriage, family, money, escape, dream, hospital, train, hotel, "
    "brother brother relationship, remake, night, journalist, lawyer, flashback, daughter, death"
)
COMMON_KEYWORDS = tuple(_COMMON.split(", "))
COMMON_PLOTS = (
    "Nothing goes as planned.",
    "Time is running out.",
    "An old friend comes back to town.",
    "Everything changes in one night.",
    "The truth is not what it seems.",
    "Only one of them will be there at the end.",
    "A letter arrives years too late.",
    "What begins as a favour becomes a way of life.",
    "Meanwhile the town watches and says nothing.",
    "It all began with a telephone call.",
)
# Keywords that say the genre itself: the dirt that masking is for.
GENRE_NAMED = {
    "Comedy": ("romantic comedy", "comedy", "dark comedy"),
    "Romance": ("romance", "romantic comedy"),
    "Biography": ("biography", "biopic"),
    "Sport": ("sport", "sports"),
    "Music": ("musical", "music"),
    "Western": ("western", "spaghetti western"),
    "Science Fiction": ("science fiction", "sci-fi"),
    "Crime": ("crime", "neo-noir"),
    "Horror": ("horror", "comedy horror"),
    "War": ("war", "anti war"),
    "Documentary": ("documentary", "mockumentary"),
    "Fantasy": ("fantasy", "dark fantasy"),
    "Drama": ("drama", "period drama"),
}
