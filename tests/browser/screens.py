"""Every page and state of the product."""

from dataclasses import dataclass

from tests.browser import openings
from tests.browser.openings import Opening
from tests.browser.stage import CALLED, DELETER, EMPTY, FULL, OTHER_STAFF, READER, STAFF, VISITOR

NOBODY = ""
# Who has confirmed has read.
NONE = "/personal/kallelser?lage=bekraftad&last=olast"


@dataclass(frozen=True)
class Screen:
    """`shows` is something that stands on this one and not on the page before it."""

    name: str
    opening: Opening
    shows: str
    who: str = NOBODY
    status: int = 200
    ours: bool = True
    in_english: bool = True


SCREENS = (
    Screen("start", openings.at("/"), ".lead"),
    Screen("start, signed in", openings.at("/"), "main a[href='/inkorg']", who=EMPTY),
    Screen("about", openings.at("/om"), "#care"),
    Screen("developers", openings.at("/utvecklare"), "#test"),
    Screen("developers, guide", openings.at("/utvecklare/guide"), ".guide pre"),
    Screen("developers, codes", openings.at("/utvecklare/felkoder"), ".guide table"),
    Screen("developers, contracts", openings.at("/utvecklare/nationella-kontrakt"), ".guide table"),
    Screen("developers, reference", openings.at("/utvecklare/referens"), ".operations"),
    Screen("developers, operation", openings.at("/utvecklare/referens/sendSummons"), ".fields"),
    Screen("privacy", openings.at("/integritet"), "#providers"),
    Screen("accessibility", openings.at("/tillganglighet"), "a[href*='digg.se']"),
    Screen("feedback", openings.at("/synpunkter"), "#text"),
    Screen("feedback, wrong", openings.feedback_without_words, ".error-summary", status=422),
    Screen("feedback, wrong in place", openings.feedback_without_words_in_place, ".error-summary"),
    Screen("feedback, thanks", openings.thanks, ".reference"),
    Screen("feedback, thanks in place", openings.thanks_in_place, ".reference"),
    Screen("sign-in", openings.at("/logga-in"), ".sign-in"),
    Screen("sign-in, people", openings.people_to_be, "[name=person]", ours=False),
    Screen("sign-in, lost", openings.lost_at_the_provider, "h1", status=400, ours=False),
    Screen("sign-in, cancelled", openings.cancelled_sign_in, ".notice.danger + .sign-in", status=409),
    Screen("staff sign-in", openings.at("/personal/logga-in"), "form[action^='/personal/logga-in/']"),
    Screen("staff sign-in, people", openings.staff_to_be, "[value=disa]", ours=False),
    Screen("staff sign-in, refused", openings.refused_assignment, ".notice.danger + .sign-in", status=409),
    Screen("staff sign-in, several assignments", openings.several_assignments, ".assignments"),
    Screen(
        "staff sign-in, no assignment chosen", openings.no_assignment_chosen, ".error-summary", status=422
    ),
    Screen("sign-in, signed in as staff", openings.at("/logga-in"), "main .notice + .providers", who=STAFF),
    Screen("staff, signed out", openings.at("/personal/utloggad"), "main a[href='/personal/logga-in']"),
    Screen("staff, missing", openings.at("/finns-inte"), "main a[href^='/personal']", who=STAFF, status=404),
    Screen("staff, no summonses", openings.at("/personal"), ".assignment + .summonses", who=OTHER_STAFF),
    Screen("staff, summonses", openings.summonses, ".summons-table", who=STAFF),
    Screen("staff, none of that kind", openings.at(NONE), "#summonses:not(:has(table)) .pages", who=STAFF),
    Screen(
        "staff, picked in place", openings.picked_in_place, "#lage:has([selected][value=vantar])", who=STAFF
    ),
    Screen("staff, older", openings.older_summonses, ".pages a[href='/personal/kallelser']", who=STAFF),
    Screen("staff, one", openings.one_summons, ".resident + .case", who=STAFF),
    Screen("staff, one in place", openings.kept_as_it_was, ".case", who=STAFF),
    Screen("staff, new time", openings.new_time, "h1 + .resident + .new-time", who=STAFF),
    Screen("staff, new time in place", openings.new_time_in_place, ".new-time", who=STAFF),
    Screen("staff, no such day", openings.no_such_day, "#fran-error", who=STAFF),
    Screen("staff, no time chosen", openings.no_time, ".error-summary", who=STAFF, status=422),
    Screen("staff, taken", openings.no_longer_free, ".new-time .notice.danger", who=STAFF, status=409),
    Screen("staff, moved", openings.moved, ".case .notice", who=STAFF),
    Screen("staff, moved in place", openings.moved_in_place, ".case .notice", who=STAFF),
    Screen("staff, no times", openings.no_times, ".new-time:not(:has(.free-times))", who=STAFF),
    Screen("staff, calling off", openings.calling_off, ".resident + .calling-off", who=STAFF),
    Screen("staff, calling off in place", openings.calling_off_in_place, ".calling-off", who=STAFF),
    Screen("staff, called off", openings.called_off, ".case .notice", who=STAFF),
    Screen(
        "staff, called off twice", openings.called_off_twice, ".case .notice.danger", who=STAFF, status=409
    ),
    Screen("signed out", openings.at("/utloggad"), "main a[href='/logga-in']"),
    Screen("missing", openings.at("/finns-inte"), "main a[href='/']", status=404),
    Screen("missing, signed in", openings.at("/finns-inte"), "main a[href='/inkorg']", who=EMPTY, status=404),
    Screen("not allowed", openings.stale_form, "main a.button[href='/']", status=403),
    Screen("not allowed, said in place", openings.stale_form_in_place, "#refusal p"),
    Screen("no network, said in place", openings.no_network, "#refusal p"),
    Screen("session, ending", openings.session_ending(minutes=2), "#session .button", who=EMPTY),
    Screen(
        "session, ending for good",
        openings.session_ending(minutes=1, final=True),
        "#session[data-ending]:not(:has(.button))",
        who=EMPTY,
    ),
    Screen("session, over", openings.session_ending(minutes=0), "#session a.button", who=EMPTY),
    Screen("too large", openings.far_too_long, "main a.button[href='/']", status=413),
    Screen("refused", openings.at("/logga-ut"), "main .notice.danger", status=405),
    Screen("unexpected", openings.our_own_error, "main .reference", status=500),
    Screen("last words", openings.last_words, "p[lang=en]", status=500, in_english=False),
    Screen("inbox, empty", openings.at("/inkorg"), "#threads:not(:has(li))", who=EMPTY),
    Screen("inbox, full", openings.partly_read_inbox, ".unread + li:not(.unread)", who=FULL),
    Screen("inbox, older", openings.older_threads, ".pages a[href='/inkorg']", who=FULL),
    Screen("inbox, older in place", openings.older_threads_in_place, ".pages a[href='/inkorg']", who=FULL),
    Screen("thread, everything", openings.with_everything_open, ".collapsible[open]", who=READER),
    Screen("thread, in English", openings.thread("in English"), ".letter-body[lang=en]", who=READER),
    Screen("thread, saying more", openings.thread("saying more"), ".papers .host", who=READER),
    Screen("thread, replaced", openings.thread("replaced"), ".notice a[href^='/inkorg/']", who=READER),
    Screen("thread, withdrawn", openings.thread("withdrawn"), ".notice.warn bdi", who=READER),
    Screen("thread, corrected", openings.corrected, ".notice ~ .collapsible[open] .box", who=READER),
    Screen("reply, wrong", openings.nothing_replied, ".reply .error-summary", who=DELETER, status=422),
    Screen("replied, in place", openings.replied_in_place, ".reply .notice + form", who=DELETER),
    Screen("thread, several", openings.thread("several"), ".letter + .letter + .letter", who=READER),
    Screen("summons, to confirm", openings.called("to confirm"), ".summons.wanted form", who=CALLED),
    Screen("summons, to book", openings.called("to book"), ".summons .terms", who=CALLED),
    Screen("summons, too late", openings.called("too late"), ".summons .call-us", who=CALLED),
    Screen("summons, overdue", openings.called("overdue"), ".summons.over .call-us", who=CALLED),
    Screen("summons, cancelled", openings.called("cancelled"), ".letter + .letter .note", who=CALLED),
    Screen("summons, elsewhere", openings.called("elsewhere"), ".elsewhere .host", who=CALLED),
    Screen("summons, booked elsewhere", openings.called("booked elsewhere"), ".call-us .host", who=CALLED),
    Screen("summons, a booking", openings.called("a booking"), ".summons.settled .answers", who=CALLED),
    Screen("summons, own page", openings.summons("to confirm"), "main > .summons", who=CALLED),
    Screen("summons, not confirmed", openings.not_confirmed, ".error-summary", who=CALLED, status=422),
    Screen("summons, deletion", openings.deletion_of("to confirm"), ".kept time", who=CALLED),
    Screen("summons, deletion, open", openings.deletion_of("to book"), ".kept", who=CALLED),
    Screen("choice", openings.summons("to book", "/bokning"), "main > .choice", who=CALLED),
    Screen("choice, in place", openings.step_in_place("to book", "bokning"), ".letter .choice", who=CALLED),
    Screen("choice, more", openings.more_times_in_place, "legend[tabindex]", who=CALLED),
    Screen("choice, nothing chosen", openings.nothing_chosen, ".error-summary", who=CALLED, status=422),
    Screen("choice, taken", openings.taken, ".choice .notice", who=CALLED, status=409),
    Screen("choice, taken in place", openings.taken_in_place, ".choice .notice", who=CALLED),
    Screen("choice, none", openings.summons("without times", "/bokning"), ".choice .call-us", who=CALLED),
    Screen("review", openings.review, "main > .review", who=CALLED),
    Screen("review, in place", openings.review_in_place, ".letter .review", who=CALLED),
    Screen("review, wrong", openings.terms_not_ticked, ".error-summary", who=CALLED, status=422),
    Screen("review, moving", openings.moving, ".review dd + dt, .review div + div", who=CALLED),
    Screen("cancellation", openings.summons("to confirm", "/avbokning"), "main > .cancellation", who=CALLED),
    Screen(
        "cancellation, in place",
        openings.step_in_place("to confirm", "avbokning"),
        ".letter .cancellation",
        who=CALLED,
    ),
    Screen(
        "cancellation, wrong",
        openings.too_much_said_when_cancelling,
        ".error-summary",
        who=CALLED,
        status=422,
    ),
    Screen("deletion", openings.deletion, "h1 + .deletion", who=DELETER),
    Screen("deletion, in place", openings.deletion_in_place, ".deletion", who=DELETER),
    Screen("deletion, kept in place", openings.kept_in_place, ".letter", who=DELETER),
    Screen("deleted", openings.deleted, "main > .notice", who=DELETER),
    Screen("deleted of several", openings.deleted_of_several, "main > .notice", who=DELETER),
    Screen("deleted, in place", openings.deleted_in_place, ".deleted", who=DELETER),
    Screen("letter, asking", openings.asking, ".letter-asks button", who=DELETER),
    Screen("letter, confirmed", openings.confirmed, ".letter-asks .notice", who=DELETER),
    Screen("letter, confirmed in place", openings.confirmed_in_place, ".letter-asks .notice", who=DELETER),
    Screen("to do, letters", openings.to_do_after_a_letter, ".errands a[href*='#letter-']", who=DELETER),
    Screen("to do", openings.at("/att-gora"), ".errands li + li", who=VISITOR),
    Screen("preferences", openings.at("/installningar"), "#paper form", who=EMPTY),
    Screen("preferences, saved", openings.paper_chosen, "#paper .notice", who=EMPTY),
    Screen("preferences, saved in place", openings.paper_chosen_in_place, "#paper .notice", who=EMPTY),
    Screen("to do, nothing", openings.at("/att-gora"), "#to-do:not(:has(li))", who=EMPTY),
    Screen("times", openings.at("/tider"), ".visits .cancelled", who=VISITOR),
    Screen("times, none", openings.at("/tider"), "#upcoming:not(:has(li))", who=EMPTY),
    Screen("times, older", openings.older_times, ".pages a[href='/tider']", who=VISITOR),
    Screen("times, older in place", openings.older_times_in_place, ".pages a[href='/tider']", who=VISITOR),
    Screen("printout, not opened", openings.printout, ".how-to-print .button", who=VISITOR),
    Screen("printout", openings.printout_of_what_is_read, ".printout .letter-body", who=VISITOR),
)
