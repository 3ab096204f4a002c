"""Practice-level estates: both public layouts, what is dropped, and back into a scenario."""

import csv
import runpy
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.scenario.estate_areas import EstateError, read_table
from sim.scenario.estate_epraccur import import_epraccur
from sim.scenario.estate_import import import_payments
from sim.scenario.estate_layouts import import_estate
from sim.scenario.estate_lines import number
from sim.scenario.estates import build
from sim.scenario.schema import EstateChoice

TOOL = Path(__file__).parent.parent / "tools" / "make_estate_facts.py"
COUNTS = {"pharmacy": 11_600, "dental": 9_500, "optical": 8_941}

HEADER_2014 = [
    "NHS England (Region) code",
    "NHS England (Region) Name",
    "CCG Code",
    "CCG NAME",
    "Practice Code",
    "Practice Name",
    "Practice Postcode",
    "Practice Close Date",
    "Contract Type",
    "Dispensing Practice",
    "Number of Registered Patients (Last Known Figure)",
    "Average payments per registered patient",
]
HEADER_2017 = [
    "NHS England (Region, local office) Code",
    "NHS England (Region, local office) Name",
    "CCG Code",
    "CCG Name",
    *HEADER_2014[4:10],
    "Average Number of Registered Patients",
    "Average payments per registered patient",
]
HEADER_SQUEEZED = [
    "NHSEnglandRegionCode",
    "NHSEnglandRegionName",
    "CCGCode",
    "CCGName",
    "PracticeCode",
    "PracticeName",
    "PracticePostcode",
    "PracticeCloseDate",
    "ContractType",
    "DispensingPractice",
    "NumberOfRegisteredPatientsLastKnownFigure",
    "AveragePaymentsPerRegisteredPatient_£",
]
HEADER_2022 = [
    "Region Code",
    "Region Name",
    "ICB Code",
    "ICB NAME",
    "Sub ICB Code",
    "Sub ICB NAME",
    "PCN Code",
    "Practice Code",
    "Practice Close Date",
    "Practice Rurality",
    "Contract Type",
    "Dispensing Practice",
    "Average Number of Registered Patients",
]

LEICESTER = ("Q59", "Leicestershire and Lincolnshire", "04C", "Leicester City")
BOSTON = ("Q59", "Leicestershire and Lincolnshire", "03T", "Lincolnshire East")
TEES = ("Q45", "Durham, Darlington and Tees", "00C", "Darlington")


def line(code, patients, area=LEICESTER, closed="-", kind="GMS", dispensing="No"):
    return [*area, code, "A, name", "XX1 1XX", closed, kind, dispensing, patients, "100.5"]


PAYMENTS = [
    line("C00001", "7,115"),
    line("C00002", "3000", kind="PMS"),
    line("C00003", "5000", area=BOSTON, dispensing="Yes"),
    line("C00004", "2500", closed="30/06/2014"),
    line("C00005", "-"),
    line("C00006", "0"),
    line("C00001", "7115"),
    line("C00007", "many"),
    line("A00008", "9000.0", area=TEES, kind=""),
    line("-", "99999"),
    line("C00009", "800", area=("Q59", "Leicestershire and Lincolnshire", "", "")),
]


def write(path, rows, encoding="utf-8-sig"):
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows(rows)
    return path


@pytest.fixture
def payments(tmp_path):
    return write(tmp_path / "payments.csv", [HEADER_2014, *PAYMENTS, ["", ""], ["Notes"]])


# --- NHS Payments to General Practice ----------------------------------------


def test_payments_are_read_and_every_dropped_row_has_a_reason(payments):
    found = import_payments(payments)
    assert [row.code for row in found.rows] == ["C00001", "C00002", "C00003", "A00008"]
    assert [row.patients for row in found.rows] == [7_115, 3_000, 5_000, 9_000]
    assert [row.rural for row in found.rows] == [False, False, True, False]
    assert found.rows[0].cell == "Leicester City"
    assert found.rows[3].contract_type == "UNK"
    assert found.report.dropped == {
        "closed (they have a close date)": 1,
        "without registered patients": 2,
        "repeated (the first row of a practice is taken)": 1,
        "with a number of patients that cannot be read": 1,
        "without a practice code (totals, footnotes)": 1,
        "without a CCG": 1,
        "with too few columns": 1,
    }
    assert found.report.read == found.report.taken + found.report.dropped.total()


def test_the_report_in_words(payments):
    text = str(import_payments(payments, ["Q59"]).report)
    assert text.splitlines()[:4] == [
        "payments.csv: 12 rows read",
        "  3 practices taken, 15,115 registered patients",
        "  9 rows dropped",
        "    2 without registered patients",
    ]
    assert "1 outside the areas asked for" in text
    assert "note: contract types: GMS 2, PMS 1" in text


def test_closed_practices_can_be_kept(payments):
    found = import_payments(payments, keep_closed=True)
    assert {"C00004", "C00005", "C00006"} <= {row.code for row in found.rows}


@pytest.mark.parametrize("header", [HEADER_2014, HEADER_2017, HEADER_SQUEEZED])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_headers_of_several_years(tmp_path, header, encoding):
    found = import_payments(write(tmp_path / "p.csv", [header, *PAYMENTS], encoding))
    assert found.report.patients == 24_115
    assert found.rows[0].parent == "Leicestershire and Lincolnshire"


def test_the_layout_with_icbs(tmp_path):
    area = ["Y60", "Midlands", "QK1", "NHS Leicester, Leicestershire and Rutland ICB"]
    rows = [
        [*area, "04C", "Leicester", "U1", "C1", "-", "Urban", "GMS", "Yes", "8000"],
        [*area, "03W", "East Leicestershire", "U2", "C2", "-", "Rural", "PMS", "No", "4000"],
    ]
    found = import_payments(write(tmp_path / "p.csv", [HEADER_2022, *rows]))
    assert (found.cell_tier, found.parent_tier) == ("sub_icb", "icb")
    assert [row.rural for row in found.rows] == [False, True]
    assert found.rows[1].region == "Midlands"
    assert found.rows[1].cell == "East Leicestershire"


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([], "is not in the layout of NHS Payments to General Practice"),
        ([["a", "b"], ["1", "2"]], "no column 'Practice Code', 'Contract Type'"),
        ([HEADER_2014[:8] + HEADER_2014[9:]], "no column 'Contract Type'"),
        ([["PracticeCod", *HEADER_2014[:4], *HEADER_2014[8:]]], "(nearest: 'PracticeCod')"),
        ([HEADER_2014], "no practice is left; 0 rows read; the file holds nothing but a header"),
        ([HEADER_2014, line("C1", "0")], "1 rows read; 1 without registered patients"),
    ],
)
def test_other_files_are_refused(tmp_path, rows, message):
    with pytest.raises(EstateError) as caught:
        import_payments(write(tmp_path / "wrong.csv", rows))
    assert message in str(caught.value)
    assert str(caught.value).startswith("wrong.csv: ")


def test_unreadable_files_are_refused(tmp_path):
    with pytest.raises(EstateError, match="cannot be read: No such file"):
        import_payments(tmp_path / "none.csv")
    with pytest.raises(EstateError, match="cannot be read: Is a directory"):
        import_payments(tmp_path)
    workbook = tmp_path / "book.xlsx"
    workbook.write_bytes(b"PK\x03\x04\0\0")
    with pytest.raises(EstateError, match="save the workbook as CSV first"):
        import_payments(workbook)


def test_an_unknown_area_is_refused(payments):
    with pytest.raises(EstateError, match="did you mean 'Durham, Darlington and Tees'"):
        import_payments(payments, ["Durham Darlington & Tees"])


@given(st.text(max_size=12))
def test_numbers_of_patients_never_crash(text):
    count = number(text.strip())
    assert count is None or count >= 0


@given(st.integers(0, 60_000))
def test_published_numbers_are_read(count):
    assert number(str(count)) == number(f"{count:,}") == number(f"{count}.0") == count


@pytest.mark.parametrize(
    ("text", "count"),
    [
        *(("9000", 9_000), ("9,000", 9_000), ("1,234,567", 1_234_567), ("7115.25", 7_115)),
        *(("9,000.00", 9_000), ("", 0), ("-", 0)),
        *(("9.000", None), ("12.345", None), ("1e300", None), ("1e3", None), ("9,00", None)),
        *(("-5", None), ("²", None), ("nan", None), ("inf", None), ("1_000", None)),
        *((26 * "9", None), (5_000 * "9", None), ("10000001", None)),
    ],
)
def test_a_number_of_patients_is_what_it_says_or_is_not_read(text, count):
    assert number(text) == count


def test_rows_whose_number_is_doubtful_are_dropped_and_counted(tmp_path):
    rows = [line(f"C{n}", patients) for n, patients in enumerate(["8000", "9.000", "1e300"])]
    found = import_payments(write(tmp_path / "p.csv", [HEADER_2014, *rows]))
    assert [row.patients for row in found.rows] == [8_000]
    assert found.report.dropped == {"with a number of patients that cannot be read": 2}


@pytest.mark.parametrize("between", ["\n", "\r\n", "\u2028", "\x85", "\x0b", " \n "])
def test_a_name_of_two_lines_is_one_name(tmp_path, between):
    area = (*LEICESTER[:3], f"Leicester{between}City")
    rows = [line("C1", "8000", area), line("C2", "7000")]
    found = import_payments(write(tmp_path / "p.csv", [HEADER_2014, *rows]))
    assert [row.cell for row in found.rows] == ["Leicester City", "Leicester City"]
    assert not found.report.dropped


def test_a_cell_without_end_is_told_with_its_line(tmp_path, epraccur):
    path = write(tmp_path / "p.csv", [HEADER_2014, line("C1", "8000"), line("C2", 140_000 * "9")])
    for read in (import_payments, import_epraccur):
        with pytest.raises(EstateError, match=r"p\.csv:3: has a cell of more than 131,072"):
            read(path)
    with pytest.raises(EstateError, match=r"p\.csv:3: has a cell of more than 131,072"):
        import_epraccur(epraccur, payments=path)


def test_a_column_that_is_there_twice_is_refused(tmp_path):
    twice = [*HEADER_2014, "Number of registered patients (last known figure)"]
    path = write(tmp_path / "p.csv", [twice, [*line("C1", "8000"), "1"]])
    with pytest.raises(EstateError, match=r"p\.csv: has the column 'Number of .*' twice"):
        import_payments(path)
    unused = [*HEADER_2014, HEADER_2014[-1]]
    path = write(tmp_path / "p.csv", [unused, [*line("C1", "8000"), "1"]])
    assert import_payments(path).report.taken == 1


# --- ODS epraccur ------------------------------------------------------------


def ods(code, ccg="04C", status="A", setting="4", nation="Y55"):
    row = [""] * 27
    row[0], row[2], row[12], row[14], row[25] = code, nation, status, ccg, setting
    return row


EPRACCUR = [
    ods("C00001"),
    ods("C00003", ccg="03T"),
    ods("C00010"),
    ods("A00011", ccg="13T"),
    ods("C00012", status="C"),
    ods("C00013", status="D"),
    ods("C00014", setting="8"),
    ods("W00015", ccg="7A1", nation="W00"),
    ods("C00016", ccg="ZZ9"),
    ods("C00001"),
]


@pytest.fixture
def epraccur(tmp_path):
    return write(tmp_path / "epraccur.csv", EPRACCUR, "utf-8")


def test_epraccur_alone_takes_list_sizes_from_the_ccg(epraccur):
    found = import_epraccur(epraccur)
    assert [row.code for row in found.rows] == ["C00001", "C00003", "C00010", "A00011"]
    assert found.rows[0].patients == round(378_089 / 63)
    assert {row.contract_type for row in found.rows} == {"GMS"}
    assert {row.rural for row in found.rows} == {None}
    assert found.rows[3].cell == "Newcastle Gateshead"
    assert found.rows[3].parent == "Cumbria, Northumberland, Tyne and Wear"
    assert found.report.dropped == {
        "closed": 1,
        "dormant": 1,
        "not a GP practice (prescribing setting other than 4)": 1,
        "in Wales": 1,
        "of CCG ZZ9, which the look-up lacks": 1,
        "repeated (the first row of a practice is taken)": 1,
    }
    assert "4 practices have their CCG's mean list" in str(found.report)


def test_epraccur_with_payments(epraccur, payments):
    found = import_epraccur(epraccur, ["Q59"], payments=payments)
    by_code = {row.code: row for row in found.rows}
    assert by_code["C00001"].patients == 7_115
    assert by_code["C00003"].rural is True
    assert by_code["C00010"].patients == round(378_089 / 63)
    assert "1 practices have their CCG's mean list" in str(found.report)
    assert "because they are not in payments.csv" in str(found.report)


def test_another_layout_is_not_epraccur(payments, epraccur):
    with pytest.raises(
        EstateError, match="expected 27 columns and no header, the first line has 12"
    ):
        import_epraccur(payments)
    with pytest.raises(EstateError, match="is not in the layout of NHS Payments"):
        import_payments(epraccur)


# --- Estate files in a scenario ----------------------------------------------


def choose(file, **more):
    return EstateChoice.model_validate(
        {
            "source": "file",
            "file": str(file),
            "facts": "england-2014-15",
            "contracts": COUNTS,
            "tiers": {"pct": {"bodies": 152}},
            **more,
        }
    )


def test_a_file_of_one_area_keeps_the_rest_of_england(payments, tmp_path):
    out = tmp_path / "estate.csv"
    import_estate("payments", payments, out, areas=["Q59"])
    estate = build(choose(out))
    ccgs = estate.tiers["ccg"]
    inside = {ccgs.names[body] for body in ccgs.body_of[estate.inside]}
    assert inside == {"Leicester City", "Lincolnshire East"}
    assert {"GP-C00001", "GP-C00002", "GP-C00003"} <= set(estate.ids)
    # the two CCGs had 63 and 30 practices in the facts
    assert np.bincount(estate.contract_type).tolist() == [7_959 - 63 - 30 + 3, 9_500, 11_600, 8_941]
    gp = estate.contract_type == 0
    assert estate.patients[estate.inside & gp].sum() == 15_115
    assert estate.rural[estate.ids.index("GP-C00003")]
    assert estate.synthetic
    assert len(estate.tiers["pct"].names) == 152


def whole_england(path):
    """Write a list that is England's facts, practice by practice, as if published."""
    england = build(choose(path, source="facts"))
    tiers = {name: england.tiers[name] for name in ("area_team", "ccg")}
    codes = {row["ccg"]: row for row in read_table(_facts("gp_contracts.csv"))}
    rows = [HEADER_2014]
    for i in np.flatnonzero(england.contract_type == 0):
        team, ccg = (tier.names[tier.body_of[i]] for tier in tiers.values())
        about = codes[ccg]
        area = (about["area_team_code"], team, about["ccg_code"], ccg)
        kind, rural = england.ids[i].split("-")[2], "Yes" if england.rural[i] else "No"
        code = england.ids[i].removeprefix("GP-")
        rows.append(line(code, str(england.patients[i]), area, kind=kind, dispensing=rural))
    write(path, rows)
    return england


def _facts(name):
    return Path(__file__).parent.parent / "scenarios" / "estates" / "england-2014-15" / name


def test_a_file_of_all_england_gives_back_the_facts(tmp_path):
    england = whole_england(tmp_path / "all.csv")
    out = tmp_path / "estate.csv"
    report = import_estate("payments", tmp_path / "all.csv", out, keep_closed=True)
    assert (report.taken, report.patients) == (7_959, 56_633_982)
    estate = build(choose(out))
    assert not estate.synthetic
    assert estate.inside.all()
    assert len(estate.ids) == 38_000
    assert (estate.population == england.population).all()
    assert estate.tiers["ccg"].names == england.tiers["ccg"].names
    for tier in ("area_team", "region"):
        ours, theirs = estate.tiers[tier], england.tiers[tier]
        assert np.bincount(ours.body_of).tolist() == np.bincount(theirs.body_of).tolist(), tier


def test_the_facts_are_remade_from_such_a_file(tmp_path):
    """The tool that makes the committed table, on a list of the same layout."""
    whole_england(tmp_path / "all.csv")
    tool = runpy.run_path(str(TOOL))
    rows = import_payments(tmp_path / "all.csv", keep_closed=True).rows
    made = tool["gp_contracts"](rows, [row.code for row in rows])
    committed = read_table(_facts("gp_contracts.csv"))
    same = ("ccg_code", "ccg", "area_team_code", "contract_type", "contracts", "dispensing")
    assert [[str(row[key]) for key in (*same, "patients")] for row in made] == [
        [row[key] for key in (*same, "patients")] for row in committed
    ]


def test_the_tool_by_hand(payments):
    tool = runpy.run_path(str(TOOL))
    held = import_payments(payments, keep_closed=True).rows
    still = [row.code for row in import_payments(payments).rows]
    first = next(row for row in tool["gp_contracts"](held, still) if row["ccg_code"] == "04C")
    # GMS of Leicester City: 7115, 2500 (closed), and two without patients
    assert first["contract_type"] == "GMS"
    assert (first["contracts"], first["closed_in_year"], first["patients"]) == (4, 3, 9_615)
    assert (first["list_p0"], first["list_p50"], first["list_p100"]) == ("0", "1250", "7115")
    shape = tool["list_shape"](held)
    assert shape[0] == {"level": 0, "times_mean": "0.0000"}
    assert float(shape[-1]["times_mean"]) == pytest.approx(
        9_000 / np.mean([r.patients for r in held]), abs=1e-4
    )
    profile = dict.fromkeys(tool["ICB_COLUMNS"].values(), "0")
    profile |= {"icb_code": "QK1", "gms": "10", "unknown": "2"}
    icb_of = {"04C": "QK1", "03T": "QK1", "00C": "QHM"}
    (icb,) = tool["icb_contracts"]([profile], held, icb_of)
    assert icb["dispensing"] == round(12 * 1 / 6)


def test_committed_tables_are_small_and_name_no_practice():
    for table in _facts("").parent.glob("*/*.csv"):
        assert table.stat().st_size < 300_000
        header = table.read_text(encoding="utf-8").splitlines()[0]
        assert "practice" not in header
        assert "postcode" not in header


ESTATE_HEADER = (
    "practice_code,contract_type,patients,rural,ccg_code,ccg,area_team_code,area_team,region,source"
)
ESTATE_ROW = "C1,GMS,{},no,04C,Leicester City,Q59,Leicestershire and Lincolnshire,,"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "has no column 'practice_code'"),
        ("practice,patients\nC1,3\n", "has no column 'practice_code'"),
        (f"{ESTATE_HEADER}\n{ESTATE_ROW.format('some')}\n", "estate.csv:2: patients: found 'some'"),
        (
            f"{ESTATE_HEADER}\n{ESTATE_ROW.format(1)}\n{ESTATE_ROW.format(2)}\n",
            "has a practice twice: C1",
        ),
        *(
            (
                f"{ESTATE_HEADER}\n{ESTATE_ROW.format(many)}\n",
                f"estate.csv:2: patients: found '{many[:40]}'",
            )
            for many in ("", "²", "-1", "1e3", 26 * "9", 5_000 * "9", 5_000 * "0", "10000001")
        ),
        (f"{ESTATE_HEADER}\n", "estate.csv: has a header and no practices"),
        (
            f"{ESTATE_HEADER}\n{ESTATE_ROW.format(1)}\nC2,GMS,7000,no,04C\n",
            "estate.csv:3: the row ends before the column 'ccg'",
        ),
        (
            f"{ESTATE_HEADER}\n{ESTATE_ROW.format(1)}more,\n{ESTATE_ROW.format(1)},more\n",
            "estate.csv:3: has 11 cells, expected 10 as in the header",
        ),
        (
            f"{ESTATE_HEADER},patients\n{ESTATE_ROW.format(1)},2\n",
            "has the column 'patients' twice",
        ),
        (f"{ESTATE_HEADER}\n{140_000 * 'x'}\n", "estate.csv:2: has a cell of more than 131,072"),
        (
            f'{ESTATE_HEADER}\n"{ESTATE_ROW.format(1)}\n"{ESTATE_ROW.format(2)}\n',
            "estate.csv:2: has a quotation mark too few or too many",
        ),
        (
            f'{ESTATE_HEADER}\n{ESTATE_ROW.format(1)}\n"C2{ESTATE_ROW.format(2)}\n',
            "estate.csv:3: has a quotation mark too few or too many",
        ),
        (
            f"{ESTATE_HEADER}\nC1,GMS,1,no,99Z,Nowhere,,,,\n",
            "estate.csv: does not say to which area_team 'Nowhere' (99Z) belongs",
        ),
        (
            f"{ESTATE_HEADER}\nC1,GMS,1,no,99Z,Nowhere,Q99,No team,,\n",
            "estate.csv: does not say in which region 'Nowhere' (99Z) is, and the facts know no"
            " area_team 'Q99'",
        ),
    ],
)
def test_damaged_estate_files_are_refused(tmp_path, text, message):
    path = tmp_path / "estate.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(EstateError) as caught:
        build(choose(path))
    assert message in str(caught.value)


def test_an_area_team_that_a_file_leaves_out_is_that_of_its_ccg(tmp_path):
    path = tmp_path / "estate.csv"
    path.write_text(f"{ESTATE_HEADER}\nC1,GMS,9000,no,04C,Leicester City,,,,\n", encoding="utf-8")
    estate = build(choose(path))
    team = estate.tiers["area_team"]
    of_own = {team.names[team.body_of[row]] for row in np.flatnonzero(estate.inside)}
    assert of_own == {"Leicestershire and Lincolnshire"}


def test_a_file_about_another_area_than_the_scenario_is_refused(tmp_path):
    path = tmp_path / "estate.csv"
    path.write_text(f"{ESTATE_HEADER}\n{ESTATE_ROW.format(9000)}\n", encoding="utf-8")
    with pytest.raises(EstateError, match=r"area_team: none of the practices of .* is in Cumbria"):
        build(choose(path, area_team="Cumbria, Northumberland, Tyne and Wear"))
    assert build(choose(path, area_team="Leicestershire and Lincolnshire")).inside.any()


def test_a_missing_estate_file_is_told():
    with pytest.raises(EstateError, match=r"file: there is no file 'nowhere\.csv'"):
        build(choose("nowhere.csv"))


def test_a_file_by_icb_needs_facts_by_icb(tmp_path):
    area = ["Y60", "Midlands", "QK1", "NHS Leicester, Leicestershire and Rutland ICB"]
    rows = [[*area, "04C", "Leicester", "U", "C1", "-", "Urban", "GMS", "No", "8000"]]
    source, out = write(tmp_path / "p.csv", [HEADER_2022, *rows]), tmp_path / "estate.csv"
    import_estate("payments", source, out)
    with pytest.raises(EstateError, match="has no column 'ccg_code'"):
        build(choose(out))
    estate = build(choose(out, facts="england-2023", contracts={"optical": 6_100}, tiers={}))
    icb = estate.tiers["icb"]
    here = icb.body_of == icb.names.index("NHS Leicester, Leicestershire and Rutland ICB")
    assert (estate.inside == here).all()
    assert np.bincount(estate.contract_type[here]).tolist() == [1, 163, 223, 118]


def test_a_list_by_ccg_beside_facts_by_icb_is_told_as_one(payments, tmp_path):
    import_estate("payments", payments, tmp_path / "estate.csv")
    chosen = choose(tmp_path / "estate.csv", facts="england-2023", tiers={})
    with pytest.raises(EstateError, match=r"it is a list by CCG: one with the codes of ICBs too"):
        build(chosen)


@pytest.mark.parametrize("name", ["Sussex", "NHS Sussex ICB", "sussex integrated care board"])
def test_a_board_is_found_however_it_is_called(tmp_path, name):
    area = ["Y59", "South East", "QNX", "NHS Sussex Integrated Care Board"]
    rows = [[*area, "09D", "Brighton and Hove", "U", "C1", "-", "Urban", "GMS", "No", "8000"]]
    source, out = write(tmp_path / "p.csv", [HEADER_2022, *rows]), tmp_path / "estate.csv"
    import_estate("payments", source, out)
    estate = build(choose(out, facts="england-2023", icb=name, tiers={}))
    assert estate.inside.any()


# --- The command --------------------------------------------------------------


def sim(*words):
    return subprocess.run(
        [sys.executable, "-m", "sim.cli", "estate", "import", *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_command_writes_and_reports(payments, tmp_path):
    out = tmp_path / "estate.csv"
    done = sim(payments, "--layout", "payments", "--out", out, "--area", "Q59")
    assert done.returncode == 0, done.stderr
    assert "3 practices taken" in done.stdout
    assert len(read_table(out)) == 3
    assert "A, name" not in out.read_text(encoding="utf-8")


def test_a_published_list_is_not_overwritten(payments):
    before = payments.read_bytes()
    done = sim(payments, "--layout", "payments", "--out", payments)
    assert (done.returncode, done.stdout) == (2, "")
    assert "payments.csv: would be overwritten" in done.stderr
    assert payments.read_bytes() == before


def test_areas_cannot_be_chosen_from_a_list_that_does_not_name_them(tmp_path):
    rows = [row[2:] for row in (HEADER_2014, *PAYMENTS)]
    out = tmp_path / "estate.csv"
    done = sim(write(tmp_path / "p.csv", rows), "--layout", "payments", "--out", out)
    assert done.returncode == 0, done.stderr
    out.unlink()
    done = sim(tmp_path / "p.csv", "--layout", "payments", "--out", out, "--area", "Q59")
    assert (done.returncode, done.stdout) == (2, "")
    assert "expected a list with columns for the code and name of area teams" in done.stderr
    assert not out.exists()


def test_the_command_says_what_is_wrong_and_writes_nothing(epraccur, tmp_path):
    out = tmp_path / "estate.csv"
    done = sim(epraccur, "--layout", "payments", "--out", out)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("epraccur.csv: is not in the layout of NHS Payments")
    assert not out.exists()


@pytest.mark.parametrize(
    ("layout", "more", "message"),
    [
        ("payments", {"payments": Path("x.csv")}, "--payments goes with --layout epraccur"),
        ("epraccur", {"keep_closed": True}, "--keep-closed goes with --layout payments"),
    ],
)
def test_options_of_the_other_layout(tmp_path, layout, more, message):
    with pytest.raises(EstateError, match=message):
        import_estate(layout, tmp_path / "a.csv", tmp_path / "b.csv", **more)


def test_a_place_that_cannot_be_written(payments, tmp_path):
    with pytest.raises(EstateError, match="cannot be written: No such file"):
        import_estate("payments", payments, tmp_path / "no" / "estate.csv")
