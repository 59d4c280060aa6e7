"""Months by their names, in full and shortened, in the languages of those who export files."""

# ruff: noqa: RUF001
from __future__ import annotations

_NAMES = (
    "jan feb mar apr may jun jul aug sep oct nov dec",
    "january february march april may june july august september october november december",
    "jan feb mär apr mai jun jul aug sep okt nov dez",
    "januar februar märz april mai juni juli august september oktober november dezember",
    "janv févr mars avr mai juin juil août sept oct nov déc",
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "ene feb mar abr may jun jul ago sep oct nov dic",
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "gen feb mar apr mag giu lug ago set ott nov dic",
    "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "jan fev mar abr mai jun jul ago set out nov dez",
    "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "jan feb mrt apr mei jun jul aug sep okt nov dec",
    "januari februari maart april mei juni juli augustus september oktober november december",
    "jan feb mar apr maj jun jul aug sep okt nov dec",
    "januari februari mars april maj juni juli augusti september oktober november december",
    "januar februar marts april maj juni juli august september oktober november december",
    "jan feb mar apr mai jun jul aug sep okt nov des",
    "januar februar mars april mai juni juli august september oktober november desember",
    "tammi helmi maalis huhti touko kesä heinä elo syys loka marras joulu",
    "tammikuu helmikuu maaliskuu huhtikuu toukokuu kesäkuu heinäkuu elokuu syyskuu lokakuu marraskuu joulukuu",
    "sty lut mar kwi maj cze lip sie wrz paź lis gru",
    "styczeń luty marzec kwiecień maj czerwiec lipiec sierpień wrzesień październik listopad grudzień",
    "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
    "led úno bře dub kvě čvn čvc srp zář říj lis pro",
    "leden únor březen duben květen červen červenec srpen září říjen listopad prosinec",
    "ledna února března dubna května června července srpna září října listopadu prosince",
    "jan febr márc ápr máj jún júl aug szept okt nov dec",
    "január február március április május június július augusztus szeptember október november december",
    "ian feb mar apr mai iun iul aug sept oct nov dec",
    "ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie",
    "oca şub mar nis may haz tem ağu eyl eki kas ara",
    "ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık",
    "янв фев мар апр май июн июл авг сен окт ноя дек",
    "январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь",
    "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "січ лют бер квіт трав черв лип серп вер жовт лист груд",
    "січень лютий березень квітень травень червень липень серпень вересень жовтень листопад грудень",
    "ιαν φεβ μαρ απρ μαι ιουν ιουλ αυγ σεπ οκτ νοε δεκ",
    "ιανουάριος φεβρουάριος μάρτιος απρίλιος μάιος ιούνιος "
    "ιούλιος αύγουστος σεπτέμβριος οκτώβριος νοέμβριος δεκέμβριος",
)
"""As the Unicode CLDR has them; those that stand for other months elsewhere, as in Croatian, are not read."""
_OTHERS = {"sept": 9, "mrz": 3, "maerz": 3}
_MONTHS = {name: i for names in _NAMES for i, name in enumerate(names.split(), start=1)} | _OTHERS


def month_of(name: str) -> int | None:
    """Return the month that a word of one of the languages names, 1 to 12."""
    return _MONTHS.get(name.strip().rstrip(".").lower())
